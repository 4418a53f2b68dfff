/**
 * Starts a command of tools/commands under this installation's Node 24, whatever Node the machine has (20 or newer),
 * after making sure that node_modules exist: `node tools/bootstrap.mjs <command> [arguments]`.
 */
import { join } from 'node:path';

import { ensureDependencies, NODE } from './setup/dependencies.mjs';
import { runForeground } from './setup/foreground.mjs';
import { loadDotEnv } from './setup/instance.mjs';
import { runMain } from './setup/set-up-error.mjs';

const WANTED_MAJOR = 24;
const [name, ...args] = process.argv.slice(2);

// Tests must not depend on what a developer has in .env.
const WITHOUT_DOT_ENV = ['test', 'check'];

await runMain(async () => {
  await ensureDependencies();
  if (Number(process.versions.node.split('.')[0]) < WANTED_MAJOR) {
    process.exitCode = await runForeground(NODE, [import.meta.filename, name, ...args]);
    return;
  }
  if (!WITHOUT_DOT_ENV.includes(name)) loadDotEnv();
  const { main } = await import(join(import.meta.dirname, 'commands', `${name}.mjs`));
  await main(args);
});
