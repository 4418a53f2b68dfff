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

/** Jest projects of which no spec asks a service or starts a container. */
const WITHOUT_SERVICES = [
  'archive',
  'bench',
  'config',
  'contracts',
  'domain',
  'engine',
  'forge',
  'gateway',
  'observability',
  'runner',
  'storage',
  'vcs',
  'web',
];

/** With CHAOS_HOST=1 it restarts the engine that other specs need. */
export const STORM = 'chaos/chaos.integration.spec.ts';

const literal = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A pattern of absolute paths: one file of the repository. */
export const only = (path) => `^${literal(join(ROOT, path))}$`;

/** A pattern of absolute paths: the specs that need PostgreSQL, Redis or the engine. All others pass while it is ended under everybody. */
export const NEEDS_SERVICES =
  `^${literal(ROOT)}/(?:e2e/.*\\.spec\\.ts$` +
  `|(?!(?:(?:apps|libs)/)?(?:${WITHOUT_SERVICES.join('|')})/).*\\.integration\\.spec\\.ts$)`;
