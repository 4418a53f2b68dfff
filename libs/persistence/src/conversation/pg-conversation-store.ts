import { AppError, type SessionId, type TaskId } from '@drydock/domain';
import type { ClaimedTelling, ConversationStore, TaskFailure, TellingFence, Told } from '@drydock/engine';
import type { Database } from '../database.ts';
import { jsonb } from '../jsonb.ts';
import { taskOf } from '../task-row.ts';
import { claimTelling, countDueTellings, type TellingRow } from './claim-telling.ts';

const MINE = `"taskId" = $1 AND "attempts" = $2`;
const AFTER = (parameter: string): string =>
  `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;

const NOTE = `UPDATE "TriggerLink" SET "stickyId" = $4 WHERE ${MINE} AND "sessionId" = $3 RETURNING 1`;

const SETTLE = `UPDATE "TriggerLink" SET "toldSeq" = $4, "shown" = $5, "isTold" = $6, "notBefore" = ${AFTER('$7')},
  "sessionId" = NULL, "postponed" = 0, "error" = NULL WHERE ${MINE} AND "sessionId" = $3 RETURNING 1`;

const POSTPONE = `UPDATE "TriggerLink" SET "error" = $4::jsonb, "isTold" = $5::float8 IS NULL,
  "notBefore" = ${AFTER('coalesce($5::float8, 0)')}, "sessionId" = NULL, "postponed" = "postponed" + 1
  WHERE ${MINE} AND "sessionId" = $3 RETURNING 1`;

/** The answer may have got lost: this try has put it down already. Every claim counts on. */
const TOLD_BEFORE = `SELECT 1 FROM "TriggerLink" WHERE ${MINE} AND "sessionId" IS NULL`;

const lost = (): AppError => new AppError('lease_lost', 'Somebody else tells of this task now.');

/** What triggers have been told of their tasks, in PostgreSQL; all times are the database's own. */
export class PgConversationStore implements ConversationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async claimNext(session: SessionId, held: readonly TaskId[]): Promise<ClaimedTelling | null> {
    const [row] = await this.#database.rows<TellingRow>(claimTelling(session, held));
    if (row?.live !== true)
      throw new AppError('lease_lost', `The lease of worker session ${session} has ended.`);
    if (row.attempt === null) return null;
    const task = taskOf(row);
    const { seq, stickyId, shown, failures, repository, origin, attempt } = row;
    const fence = { taskId: task.id, attempt, sessionId: session };
    return { fence, task, seq, origin, repository, stickyId, shown, failures };
  }

  async countDue(session: SessionId, held: readonly TaskId[], atMost: number): Promise<number> {
    const [row] = await this.#database.rows<{ count: number }>(countDueTellings(session, held, atMost));
    return row?.count ?? 0;
  }

  async noteSticky(fence: TellingFence, stickyId: number): Promise<void> {
    if (!(await this.#hits(NOTE, fence, [stickyId]))) throw lost();
  }

  settle(fence: TellingFence, { seq, shown, isOver, restMs }: Told): Promise<void> {
    return this.#putDown(SETTLE, fence, [seq, shown, isOver, restMs]);
  }

  postpone(fence: TellingFence, error: TaskFailure, delayMs: number | null): Promise<void> {
    return this.#putDown(POSTPONE, fence, [jsonb(error), delayMs]);
  }

  async #putDown(text: string, fence: TellingFence, values: readonly unknown[]): Promise<void> {
    if (await this.#hits(text, fence, values)) return;
    const { taskId, attempt } = fence;
    const before = await this.#database.rows({ text: TOLD_BEFORE, values: [taskId, attempt] });
    if (before.length === 0) throw lost();
  }

  async #hits(
    text: string,
    { taskId, attempt, sessionId }: TellingFence,
    values: readonly unknown[],
  ): Promise<boolean> {
    const rows = await this.#database.rows({ text, values: [taskId, attempt, sessionId, ...values] });
    return rows.length > 0;
  }
}
