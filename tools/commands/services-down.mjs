/** `npm run services:down [-- --purge]`: ends this instance's containers; with --purge its data too. */
import { existsSync, readdirSync, rmSync } from 'node:fs';

import { instanceOf } from '../setup/instance.mjs';
import { engineAnswers } from '../setup/engine-ping.mjs';
import { say } from '../setup/progress.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { removeServices } from '../setup/service-containers.mjs';

// Instances of tests and demos live inside the default data dir and are purged on their own; a dockerd that set-up
// started may still write its log.
const isKept = (name) => name === 'test' || name.startsWith('demo-') || name === 'dockerd.log';

const purgeDirectory = (instance) => {
  if (!existsSync(instance.directory)) return;
  const names = readdirSync(instance.directory);
  for (const name of names.filter((entry) => !isKept(entry))) {
    rmSync(instance.path(name), { recursive: true, force: true });
  }
};

export async function main(args) {
  const unknown = args.filter((arg) => arg !== '--purge');
  if (unknown.length > 0)
    throw new SetUpError(`Unknown argument ${unknown[0]}. Usage: services:down [-- --purge]`);
  const purge = args.includes('--purge');
  const instance = instanceOf();
  if (!(await engineAnswers()))
    throw new SetUpError(
      `No Docker Engine answers, so nothing of ${instance.directory} was ended or removed. Start Docker and try again.`,
    );
  const count = await removeServices(instance, { purge });
  rmSync(instance.servicesFile, { force: true });
  if (purge) purgeDirectory(instance);
  say(`${count} containers of ${instance.directory} ended${purge ? ', data removed' : ', data kept'}`);
}
