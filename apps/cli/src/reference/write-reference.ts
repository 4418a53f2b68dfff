/** Writes docs/reference/cli.md: `node --import ./tools/ts.mjs apps/cli/src/reference/write-reference.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createProgram } from '../program.ts';
import { cliReference } from './cli-reference.ts';

const folder = new URL('../../../../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('cli.md', folder),
  cliReference(createProgram('0.0.0', { run: () => Promise.resolve() })),
);
