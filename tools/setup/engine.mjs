/** A running Docker Engine: found, or installed and started by hand on Debian and Ubuntu as root. */
import { existsSync } from 'node:fs';

import { installPackages, isDebianRoot } from './apt.mjs';
import { hasProgram, run } from './command.mjs';
import { startDockerd } from './dockerd.mjs';
import { engineAnswers } from './engine-ping.mjs';
import { SetUpError } from './set-up-error.mjs';

const HELP = [
  'No Docker Engine answers.',
  'Start one and try again (DOCKER_HOST is respected). On Debian and Ubuntu, set-up run as root installs and starts it.',
].join('\n');

const install = async () => {
  if (!(await hasProgram('dockerd'))) await installPackages(['docker.io', 'ca-certificates']);
};

const startByServiceManager = async () => {
  if (!existsSync('/run/systemd/system')) return false;
  await run('systemctl', ['start', 'docker']).catch(() => '');
  return engineAnswers();
};

/**
 * Makes sure that an engine answers; never touches one that does.
 * @param logFile - where a dockerd started by hand writes.
 * @throws SetUpError that says what to do, where set-up may not install anything.
 */
export async function ensureEngine(logFile) {
  if (await engineAnswers()) return 'running';
  if (process.env.DOCKER_HOST || !isDebianRoot()) throw new SetUpError(HELP);
  await install();
  if ((await engineAnswers()) || (await startByServiceManager())) return 'started by the service manager';
  await startDockerd(logFile);
  return `started, log in ${logFile}`;
}
