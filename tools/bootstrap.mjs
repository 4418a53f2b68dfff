/**
 * Starts a command of tools/commands under this installation's Node 24, whatever Node the machine has (20 or newer),
 * after making sure that node_modules exist: `node tools/bootstrap.mjs <command> [arguments]`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { ensureDependencies, NODE } from './setup/dependencies.mjs';
import { loadDotEnv } from './setup/instance.mjs';
import { runMain } from './setup/set-up-error.mjs';

const WANTED_MAJOR = 24;

const script = () => join(import.meta.dirname, 'commands', `${process.argv[2]}.mjs`);

/** The same command in a child on Node 24; it gets our signals, and we end as it does. */
const continueOnOwnNode = () =>
  new Promise((resolve, reject) => {
    const child = spawn(NODE, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
    // A terminal sends Ctrl-C to both of us; only a signal sent to us alone has to be passed on.
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    process.on('SIGINT', () => {});
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.exitCode = signal ? 1 : code;
      resolve();
    });
  });

await runMain(async () => {
  await ensureDependencies();
  if (Number(process.versions.node.split('.')[0]) < WANTED_MAJOR) {
    return continueOnOwnNode();
  }
  loadDotEnv();
  const { main } = await import(script());
  return main(process.argv.slice(3));
});
