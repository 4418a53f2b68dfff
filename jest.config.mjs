/** One jest project per workspace folder, so that a spec run can be narrowed by `--selectProjects`. */
import { existsSync, readdirSync } from 'node:fs';

const base = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', {}] },
  testEnvironment: 'node',
};
const roots = ['apps', 'libs'].flatMap((kind) =>
  readdirSync(new URL(kind, import.meta.url)).map((name) => `${kind}/${name}`),
);
const extra = ['e2e', 'chaos', 'bench', 'tools'].filter((folder) =>
  existsSync(new URL(folder, import.meta.url)),
);

export default {
  testSequencer: '<rootDir>/tools/longest-first.mjs',
  // One more than cores: the tests of whole systems wait for leases, clocks and containers some of the time.
  maxWorkers: 3,
  // Modules of a spec stay in memory with ES modules: a worker that has run many of them is begun anew.
  workerIdleMemoryLimit: '1GB',
  // Deadlines that a spec is about are its own; this only ends what hangs, also on a machine with other things to do.
  testTimeout: 120_000,
  projects: [...roots, ...extra].map((folder) => ({
    ...base,
    displayName: folder.replace(/^(apps|libs)\//, ''),
    roots: [`<rootDir>/${folder}`],
    testMatch: ['**/*.spec.ts'],
    // Whatever an api answers there must be in its document.
    ...(folder === 'e2e' && { setupFilesAfterEnv: ['<rootDir>/e2e/system/each-spec.ts'] }),
    testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/'],
  })),
};
