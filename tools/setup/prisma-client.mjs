/** The Prisma client, generated from the schema without the engine binary that Prisma's CLI wants to download. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './command.mjs';
import { NODE } from './dependencies.mjs';
import { ROOT } from './instance.mjs';
import { sourceHash } from './source-hash.mjs';

const GENERATED = join(ROOT, 'libs', 'persistence', 'src', 'generated');
const MARKER = join(GENERATED, '.source-hash');
const SOURCES = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];

/** Generates the client unless it was made from this schema. @returns a word on what was done. */
export async function ensurePrismaClient() {
  if (!existsSync(join(ROOT, 'prisma', 'schema.prisma'))) return 'skipped: no schema yet';
  const hash = sourceHash(SOURCES);
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === hash) return 'there';
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  await run(NODE, [join(ROOT, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
    cwd: ROOT,
    env,
  });
  writeFileSync(MARKER, hash);
  return 'generated';
}
