/** The Prisma schema and the migrations in the repository, in the shapes that the schema engine takes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../setup/instance.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';

const SCHEMA = join(ROOT, 'prisma', 'schema.prisma');
const MIGRATIONS = join(ROOT, 'prisma', 'migrations');
/** What api and worker look for in the database when they start. */
const NEEDED = join(ROOT, 'libs', 'persistence', 'src', 'needed-migration.ts');
const LOCK_CONTENT = 'provider = "postgresql"\n';

/** True once the repository has a Prisma schema. */
export const hasSchema = () => existsSync(SCHEMA);

/** `[path, content]` of the Prisma schema. */
export const readDatamodels = () => [[SCHEMA, readFileSync(SCHEMA, 'utf8')]];

/** The schema as the target of a diff. */
export const schemaTarget = () => ({
  tag: 'schemaDatamodel',
  files: readDatamodels().map(([path, content]) => ({ path, content })),
  configDir: ROOT,
});

const directories = () =>
  existsSync(MIGRATIONS)
    ? readdirSync(MIGRATIONS, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];

/** Migrations up to this one, or all of them, oldest first. */
export function migrationsList(last) {
  const lockFile = join(MIGRATIONS, 'migration_lock.toml');
  return {
    baseDir: MIGRATIONS,
    shadowDbInitScript: '',
    lockfile: {
      path: 'migration_lock.toml',
      content: existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : null,
    },
    migrationDirectories: directories()
      .filter((name) => last === undefined || name <= last)
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: readFileSync(join(MIGRATIONS, name, 'migration.sql'), 'utf8') },
        },
      })),
  };
}

const writeNeeded = (migration) =>
  writeFileSync(NEEDED, readFileSync(NEEDED, 'utf8').replace(/(?<=NEEDED_MIGRATION = ')[^']*/, migration));

/**
 * Writes a new migration folder, and the lock file that the Prisma CLI expects beside it; this version needs it from then on.
 * @param name - snake_case; the folder is `<UTC timestamp>_<name>`.
 * @returns the path of the written file.
 */
export function writeMigration(name, sql) {
  if (!/^[a-z0-9_]+$/.test(name ?? '')) {
    throw new SetUpError('Name the migration in snake_case: node tools/migrate.mjs new add_labels');
  }
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const migration = `${timestamp}_${name}`;
  const folder = join(MIGRATIONS, migration);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(MIGRATIONS, 'migration_lock.toml'), LOCK_CONTENT);
  const file = join(folder, 'migration.sql');
  writeFileSync(file, sql);
  writeNeeded(migration);
  return file;
}
