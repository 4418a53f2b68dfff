/** Writes the pages and schemas of the reference that are made from our own schemas. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { drydockYmlReference } from './drydock-yml.ts';

const ROOT = join(import.meta.dirname, '..', '..');

for (const [path, text] of Object.entries(drydockYmlReference())) {
  const filepath = join(ROOT, path);
  mkdirSync(dirname(filepath), { recursive: true });
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}
