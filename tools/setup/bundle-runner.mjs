/** The runner in one CommonJS file, without source map or comments: it is read at the start of every phase. */
import { join } from 'node:path';

import { build } from 'esbuild';

import { ROOT } from './instance.mjs';
import { SetUpError } from './set-up-error.mjs';

/** Writes the bundle of apps/runner/src/main.ts to `outfile`. */
export async function bundleRunner(outfile) {
  await build({
    entryPoints: [join(ROOT, 'apps/runner/src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
  }).catch((error) => {
    throw new SetUpError(`apps/runner cannot be bundled:\n${error.message}`);
  });
}
