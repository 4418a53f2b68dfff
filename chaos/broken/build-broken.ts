import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@drydock/testing';
import { BROKEN_BUILDS, type BrokenBuild, type BrokenName, type Exchange } from './broken-builds.ts';

const execute = promisify(execFile);
const MAX_OUTPUT = 16 * 1024 ** 2;

/** The files to start instead of `dist/api.mjs` and `dist/worker.mjs`. */
export interface BuiltApps {
  readonly api: string;
  readonly worker: string;
  /** Of the apps built anew: all that is in them, as paths from the repository's root. */
  readonly modules: readonly string[];
}

/**
 * Writes `<app>.mjs` with its chunks into a directory inside of the repository. @returns the modules that are in it.
 * @throws Error when a module to be exchanged is not part of the app.
 */
export const bundleApart = async (
  app: 'api' | 'worker',
  options: { directory: string; exchange?: Exchange },
): Promise<string[]> => {
  const script = join(ROOT, 'chaos', 'broken', 'bundle.mjs');
  const { stdout } = await execute(process.execPath, [script, JSON.stringify({ app, ...options })], {
    maxBuffer: MAX_OUTPUT,
  });
  return JSON.parse(stdout) as string[];
};

/** Builds the apps with one mechanism broken; takes some seconds. `directory` is the caller's to delete. */
export const buildBroken = async (name: BrokenName, directory: string): Promise<BuiltApps> => {
  const build: BrokenBuild = BROKEN_BUILDS[name];
  const paths = { api: join(ROOT, 'dist', 'api.mjs'), worker: join(ROOT, 'dist', 'worker.mjs') };
  const modules: string[] = [];
  for (const app of ['api', 'worker'] as const) {
    const exchange = build[app];
    if (exchange === undefined) continue;
    modules.push(...(await bundleApart(app, { directory, exchange })));
    paths[app] = join(directory, `${app}.mjs`);
  }
  return { ...paths, modules };
};
