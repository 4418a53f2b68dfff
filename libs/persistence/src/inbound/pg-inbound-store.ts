import { AppError, type RepositoryId, type SessionId, type TaskId } from '@drydock/domain';
import type {
  ClaimedInbound,
  InboundEnd,
  InboundFence,
  InboundStore,
  NewInbound,
  TriggerOrigin,
} from '@drydock/engine';
import type { Database, Queries } from '../database.ts';
import { cleanText, jsonb } from '../jsonb.ts';

const FORGE = 'github';
const MOST_TASKS = 20;

interface Row {
  readonly id: string;
  readonly event: string;
  readonly payload: NewInbound['trigger'];
  readonly attempts: number;
}

// Whoever has one has it as long as its session lives: an ended lease gives it back without a sweep. What the asking session
// has and does not know of is its own again. One conversation is heard in its order.
const DUE = `i."state" = 'received' AND (i."notBefore" IS NULL OR i."notBefore" <= now()) AND (
    (i."sessionId" = $1 AND i."id" <> ALL($2::text[])) OR NOT EXISTS (
      SELECT 1 FROM "WorkerSession" s
      WHERE s."id" = i."sessionId" AND s."endedAt" IS NULL AND s."leaseUntil" > now()))
  AND NOT EXISTS (
    SELECT 1 FROM "InboundDelivery" e
    WHERE e."state" = 'received' AND e."fullName" = i."fullName" AND e."payload"->>'number' = i."payload"->>'number'
      AND (e."receivedAt", e."id") < (i."receivedAt", i."id"))`;

const CLAIM = `
UPDATE "InboundDelivery" SET "sessionId" = $1, "attempts" = "attempts" + 1, "notBefore" = NULL
WHERE "id" = (SELECT i."id" FROM "InboundDelivery" i WHERE ${DUE} ORDER BY i."receivedAt" LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING "id", "event", "payload", "attempts"`;

const LINK = `
INSERT INTO "TriggerLink" ("taskId", "teamId", "repositoryId", "number", "isPullRequest", "sender", "trigger", "commentId")
SELECT t."id", t."teamId", r."id", $3, $4, $5, $6, $7
FROM "Task" t, "Repository" r WHERE t."id" = $1 AND r."id" = $2
ON CONFLICT ("taskId") DO NOTHING`;

const lost = (): AppError => new AppError('lease_lost', 'Somebody else has this webhook now.');

const linkOf = (taskId: TaskId, origin: TriggerOrigin) => ({
  text: LINK,
  values: [
    taskId,
    origin.repositoryId,
    origin.number,
    origin.isPullRequest,
    cleanText(origin.sender),
    origin.trigger,
    origin.commentId,
  ],
});

/** What forges sent, in PostgreSQL. */
export class PgInboundStore implements InboundStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async receive({ id, event, semanticKey, trigger }: NewInbound): Promise<'received' | 'duplicate'> {
    const { owner, name } = trigger.repository;
    // Both keys at once: of many that come at the same time the index lets one through.
    const rows = await this.#database.rows({
      name: 'inbound-receive',
      text: `INSERT INTO "InboundDelivery" ("id", "forge", "event", "semanticKey", "fullName", "payload", "state")
        VALUES ($1, '${FORGE}', $2, $3, $4, $5::jsonb, 'received') ON CONFLICT DO NOTHING RETURNING 1`,
      values: [
        id,
        event,
        cleanText(semanticKey),
        cleanText(`${owner}/${name}`).toLowerCase(),
        jsonb(trigger),
      ],
    });
    return rows.length > 0 ? 'received' : 'duplicate';
  }

  async claimNext(session: SessionId, held: readonly string[]): Promise<ClaimedInbound | null> {
    const values = [session, held];
    const [row] = await this.#database.rows<Row>({ name: 'inbound-claim', text: CLAIM, values });
    if (row === undefined) return null;
    const { id, event, payload: trigger, attempts } = row;
    return { id, event, trigger, fence: { id, attempt: attempts, sessionId: session } };
  }

  async countDue(session: SessionId, held: readonly string[], atMost: number): Promise<number> {
    const [row] = await this.#database.rows<{ due: number }>({
      text: `SELECT count(*)::int AS "due" FROM (SELECT 1 FROM "InboundDelivery" i WHERE ${DUE} LIMIT $3) found`,
      values: [session, held, atMost],
    });
    return row?.due ?? 0;
  }

  async settle(fence: InboundFence, { state, reason, teamId, started }: InboundEnd): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await this.#fenced(tx, fence, {
        set: '"state" = $4, "reason" = $5, "teamId" = $6, "taskId" = $7, "settledAt" = now()',
        values: [state, reason, teamId, started?.taskId ?? null],
      });
      if (started !== null) await tx.rows(linkOf(started.taskId, started.origin));
    });
  }

  async postpone(fence: InboundFence, delayMs: number): Promise<void> {
    await this.#fenced(this.#database, fence, {
      set: `"sessionId" = NULL, "notBefore" = now() + $4::float8 * interval '1 millisecond'`,
      values: [delayMs],
    });
  }

  async tasksOf(repositoryId: RepositoryId, number: number): Promise<TaskId[]> {
    const rows = await this.#database.rows<{ taskId: TaskId }>({
      text: `SELECT "taskId" FROM "TriggerLink" WHERE "repositoryId" = $1 AND "number" = $2
        ORDER BY "taskId" DESC LIMIT ${String(MOST_TASKS)}`,
      values: [repositoryId, number],
    });
    return rows.map(({ taskId }) => taskId);
  }

  async forget(olderThanMs: number): Promise<number> {
    const rows = await this.#database.rows({
      text: `DELETE FROM "InboundDelivery" WHERE "receivedAt" < now() - $1::float8 * interval '1 millisecond'
        AND "state" <> 'received' RETURNING 1`,
      values: [olderThanMs],
    });
    return rows.length;
  }

  async #fenced(
    tx: Queries,
    { id, attempt, sessionId }: InboundFence,
    change: { readonly set: string; readonly values: readonly unknown[] },
  ): Promise<void> {
    const rows = await tx.rows({
      text: `UPDATE "InboundDelivery" SET ${change.set}
        WHERE "id" = $1 AND "attempts" = $2 AND "sessionId" = $3 AND "state" = 'received' RETURNING 1`,
      values: [id, attempt, sessionId, ...change.values],
    });
    if (rows.length === 0) throw lost();
  }
}
