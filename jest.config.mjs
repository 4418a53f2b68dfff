/** One jest project per workspace folder, so that a spec run can be narrowed by `--selectProjects`. */
import { existsSync, readdirSync } from 'node:fs';

const base = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', {}] },
  testEnvironment: 'node',
};
// Deadlines that a spec is about are its own; these only end what hangs, also on a machine with other things to do.
const HANGS_MS = { e2e: 60_000, others: 20_000 };

const roots = ['apps', 'libs'].flatMap((kind) =>
  readdirSync(new URL(kind, import.meta.url)).map((name) => `${kind}/${name}`),
);
const extra = ['e2e', 'tools'].filter((folder) => existsSync(new URL(folder, import.meta.url)));

export default {
  maxWorkers: 2,
  projects: [...roots, ...extra].map((folder) => ({
    ...base,
    testTimeout: HANGS_MS[folder] ?? HANGS_MS.others,
    displayName: folder.replace(/^(apps|libs)\//, ''),
    roots: [`<rootDir>/${folder}`],
    testMatch: ['**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/'],
  })),
};
