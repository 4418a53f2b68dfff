/** `npm run pictures`: makes the pictures of README.md anew, with the programs as they are now. */
import { join } from 'node:path';

import { ensureBrowser } from '../setup/browser.mjs';
import { NODE } from '../setup/dependencies.mjs';
import { runForeground } from '../setup/foreground.mjs';
import { instanceOf, ROOT } from '../setup/instance.mjs';
import { step } from '../setup/progress.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { setUp } from '../setup/set-up.mjs';

export async function main() {
  const instance = instanceOf();
  const { databaseUrl, redisUrl } = await setUp(instance);
  await step('browser', ensureBrowser);
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    DRYDOCK_DATA_DIR: instance.directory,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
  };
  const args = ['--import', join(ROOT, 'tools/ts.mjs'), join(ROOT, 'tools/pictures/main.ts')];
  const code = await runForeground(NODE, args, { cwd: ROOT, env });
  if (code !== 0) throw new SetUpError(`The pictures could not be made: exit ${code}`);
}
