import { AppError } from '@drydock/domain';
import type { Missing } from '@drydock/engine';
import type { Database } from './database.ts';
import { NEEDED_MIGRATION } from './needed-migration.ts';

export interface MissingSchema extends Missing {
  /** Else it answers, and its tables are not those of this version. */
  readonly isAway: boolean;
}

/** Asked first: a statement that names a missing table fails as a whole. */
const HISTORY = `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS "isThere"`;
const APPLIED = `SELECT 1 FROM "_prisma_migrations"
  WHERE "migration_name" = $1 AND "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL`;

const isApplied = async (database: Database, migration: string): Promise<boolean> => {
  const [history] = await database.rows<{ isThere: boolean }>({ text: HISTORY });
  if (history?.isThere !== true) return false;
  return (await database.rows({ text: APPLIED, values: [migration] })).length > 0;
};

/** Without the password. */
const addressOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host}${pathname}`;
};

const faultOf = (error: unknown, address: string): MissingSchema => {
  if (error instanceof AppError && error.code === 'service_unavailable')
    return {
      isAway: true,
      what: address,
      remedy: 'It does not answer. Start it, or correct DATABASE_URL.',
    };
  const cause = error instanceof AppError ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new AppError('config_error', `${address} refuses: ${why}. Correct DATABASE_URL.`, { cause: error });
};

/**
 * Whether the database has the tables of this version. One that is further ahead fits as well: migrations only add while
 * the version before still runs.
 * @returns what is missing, or null.
 * @throws AppError `config_error` when the server refuses to talk to us.
 */
export const missingSchema = async (
  database: Database,
  url: string,
  migration: string = NEEDED_MIGRATION,
): Promise<MissingSchema | null> => {
  try {
    if (await isApplied(database, migration)) return null;
  } catch (error) {
    return faultOf(error, addressOf(url));
  }
  return {
    isAway: false,
    what: `migration ${migration} in ${addressOf(url)}`,
    remedy: 'The database lacks it. Run `node tools/migrate.mjs deploy` with the same DATABASE_URL.',
  };
};
