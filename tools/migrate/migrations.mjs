/** Deploying migrations, and comparing them with the Prisma schema. */
import { migrationsList, readDatamodels, schemaTarget } from './migration-files.mjs';
import { withSchemaEngine } from './schema-engine.mjs';

const FILTERS = { externalTables: [], externalEnums: [] };
const DIFFERS = 2;

/**
 * Applies the migrations that the database has not seen yet; safe to run twice at once.
 * @param {{ last?: string }} options - `last`: the newest one to apply, for the database of an earlier version.
 * @returns their names.
 */
export async function deploy(url, { last } = {}) {
  const datamodels = readDatamodels();
  return withSchemaEngine({ url, datamodels }, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: migrationsList(last),
      filters: FILTERS,
    });
    return appliedMigrationNames;
  });
}

/**
 * The SQL that leads from the migrations to the Prisma schema, found on a shadow database on the same server.
 * @returns '' when they are in step.
 */
export async function pendingSql(url) {
  const list = migrationsList();
  const from = list.migrationDirectories.length > 0 ? { tag: 'migrations', ...list } : { tag: 'empty' };
  return withSchemaEngine({ url, datamodels: readDatamodels() }, async (engine) => {
    const result = await engine.diff({
      from,
      to: schemaTarget(),
      script: true,
      exitCode: true,
      shadowDatabaseUrl: null,
      filters: FILTERS,
    });
    return result.exitCode === DIFFERS ? (result.stdout ?? '') : '';
  });
}
