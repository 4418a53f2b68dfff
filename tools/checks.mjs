/** What `npm test`, `npm run check` and `npm run lint` run besides Jest: name to argument list of this Node. */
import { join } from 'node:path';

import { ROOT } from './setup/instance.mjs';

const bin = (...parts) => join(ROOT, 'node_modules', ...parts);

/** Each is a list of commands, run in order until one fails. */
export const CHECKS = {
  format: [[bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  // Without Nx's cached project graph ESLint skips the import walls with no more than a warning.
  lint: [
    [bin('nx', 'dist', 'bin', 'nx.js'), 'show', 'projects'],
    [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
  ],
  types: [
    [bin('typescript', 'bin', 'tsc'), '-p', '.', '--noEmit'],
    [bin('typescript', 'bin', 'tsc'), '-p', 'apps/web', '--noEmit'],
  ],
};

/** The arguments that run Jest on ES modules. */
export const jestArgs = (...args) => [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  bin('jest', 'bin', 'jest.js'),
  ...args,
];

/** Jest projects whose specs ask no service and start no container: they pass while the engine is ended under everybody. */
export const WITHOUT_SERVICES = [
  'archive',
  'bench',
  'config',
  'contracts',
  'domain',
  'engine',
  'gateway',
  'observability',
  'runner',
  'storage',
  'vcs',
  'web',
];
