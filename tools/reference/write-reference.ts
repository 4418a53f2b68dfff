/** Writes the pages and schemas of the reference that are made from our own schemas, as `.prettierignore` has them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { reference } from './reference.ts';

const ROOT = join(import.meta.dirname, '..', '..');

for (const [path, text] of Object.entries(reference())) {
  const filepath = join(ROOT, path);
  mkdirSync(dirname(filepath), { recursive: true });
  const isPage = path.endsWith('.md');
  writeFileSync(
    filepath,
    isPage ? text : await format(text, { ...(await resolveConfig(filepath)), filepath }),
  );
}
