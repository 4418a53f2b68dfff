import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from '@jest/globals';

const MAX_GZIPPED_BYTES = 12 * 1024;

it('is for browsers too: it needs nothing of Node, and is small', async () => {
  // An import of `node:…` fails here.
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'index.ts')],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  expect(bundle?.text).not.toContain('Buffer.');
  expect(gzipSync(bundle?.contents ?? '').length).toBeLessThan(MAX_GZIPPED_BYTES);
});
