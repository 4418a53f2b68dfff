import type { TaskId } from '@drydock/domain';
import type { RetentionBatch, RetentionStore, TaskFiles } from '@drydock/engine';
import type { QueryConfig } from 'pg';
import type { Database } from '../database.ts';
import { deleteLogEvents } from './delete-log-events.ts';
import { underFleetLock } from './fleet-lock.ts';
import { ago, HAS_DUE_DELIVERY, HAS_ENDED } from './removable.ts';
import { withdrawByAge, withdrawBySize } from './withdraw-files.ts';

const TASK_FILES = `SELECT t."id", NOT (${HAS_ENDED}) OR ${HAS_DUE_DELIVERY} AS "isLive",
    t."filesDeletedAt" IS NOT NULL AS "isDeleted",
    ARRAY(SELECT a."attempt" || '/' || a."name" FROM "Artifact" a WHERE a."taskId" = t."id") AS "artifacts"
  FROM "Task" t WHERE t."id" = ANY($1)`;

const KEYS = `DELETE FROM "IdempotencyKey" WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM "IdempotencyKey" WHERE "createdAt" <= now() - interval '24 hours' LIMIT $1))
  RETURNING 1`;

// Attempts keep the names of their worker themselves, so only an open one still needs its session.
const SESSIONS = `DELETE FROM "WorkerSession" s WHERE s."id" IN (
    SELECT old."id" FROM "WorkerSession" old WHERE old."leaseUntil" <= ${ago('$1')}
      AND (old."endedAt" IS NULL OR old."endedAt" <= ${ago('$1')})
      AND NOT EXISTS (SELECT 1 FROM "Attempt" a WHERE a."sessionId" = old."id" AND a."finishedAt" IS NULL)
    LIMIT $2 FOR UPDATE SKIP LOCKED)
  RETURNING 1`;

const AUDIT = `DELETE FROM "AuditEntry" WHERE "id" IN (
    SELECT "id" FROM "AuditEntry" WHERE "at" <= ${ago('$1')} ORDER BY "at" LIMIT $2)
  RETURNING 1`;

const SECRETS = `DELETE FROM "Secret" s WHERE ctid = ANY(ARRAY(
    SELECT k.ctid FROM "Secret" k JOIN "Task" t ON t."id" = k."taskId"
    WHERE ${HAS_ENDED} AND NOT ${HAS_DUE_DELIVERY} LIMIT $1))
  RETURNING 1`;

export interface RetentionStoreOptions {
  /** Of the same database: the fleet's lock needs a connection of its own. */
  readonly url: string;
}

/** Retention in PostgreSQL; all ages are by the database's own clock. */
export class PgRetentionStore implements RetentionStore {
  readonly #database: Database;
  readonly #url: string;

  constructor(database: Database, { url }: RetentionStoreOptions) {
    this.#database = database;
    this.#url = url;
  }

  exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    return underFleetLock(this.#url, work);
  }

  deleteLogEvents(batch: RetentionBatch): Promise<{ tasks: number; events: number }> {
    return this.#database.transaction((tx) => deleteLogEvents(tx, batch));
  }

  withdrawFiles(batch: RetentionBatch): Promise<TaskId[]> {
    return this.#ids(withdrawByAge(batch));
  }

  withdrawFilesAbove(keepBytes: number, limit: number): Promise<TaskId[]> {
    return this.#ids(withdrawBySize(keepBytes, limit));
  }

  async taskFiles(ids: readonly string[]): Promise<TaskFiles[]> {
    if (ids.length === 0) return [];
    return this.#database.rows<TaskFiles>({ text: TASK_FILES, values: [ids] });
  }

  deleteIdempotencyKeys(limit: number): Promise<number> {
    return this.#count({ text: KEYS, values: [limit] });
  }

  deleteSessions({ olderThanMs, limit }: RetentionBatch): Promise<number> {
    return this.#count({ text: SESSIONS, values: [olderThanMs, limit] });
  }

  deleteAuditEntries({ olderThanMs, limit }: RetentionBatch): Promise<number> {
    return this.#count({ text: AUDIT, values: [olderThanMs, limit] });
  }

  deleteStraySecrets(limit: number): Promise<number> {
    return this.#count({ text: SECRETS, values: [limit] });
  }

  async #ids(statement: QueryConfig): Promise<TaskId[]> {
    return (await this.#database.rows<{ id: TaskId }>(statement)).map(({ id }) => id);
  }

  async #count(statement: QueryConfig): Promise<number> {
    return (await this.#database.rows(statement)).length;
  }
}
