/** `npm run services`: sets everything up and leaves Redis and PostgreSQL running. */
import { instanceOf } from '../setup/instance.mjs';
import { say } from '../setup/progress.mjs';
import { setUp } from '../setup/set-up.mjs';

export async function main() {
  const instance = instanceOf();
  await setUp(instance);
  say(`ready. The services' addresses are in ${instance.servicesFile}`);
}
