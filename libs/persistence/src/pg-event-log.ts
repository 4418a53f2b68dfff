import { isFinal, type Status, type TaskId } from '@drydock/domain';
import type { EventHead, EventLog, EventSlice } from '@drydock/engine';
import type { Database } from './database.ts';

type TaskEvent = EventSlice['events'][number];

/** `seq` null: the task has no events after the given one. */
interface EventRow {
  readonly status: Status;
  readonly seq: number | null;
  readonly attempt: number | null;
  readonly type: TaskEvent['type'];
  readonly at: Date;
  readonly payload: Record<string, unknown>;
}

const MAX_SEQ = 2_147_483_647;

// Status and events come from one snapshot: a final status seen here means that the events before it are seen too.
const READ = `SELECT t."status", e."seq", e."attempt", e."type", e."at", e."payload"
  FROM "Task" t LEFT JOIN LATERAL (
    SELECT * FROM "TaskEvent" v WHERE v."taskId" = t."id" AND v."seq" > $2 ORDER BY v."seq" LIMIT $3
  ) e ON true WHERE t."id" = $1 ORDER BY e."seq"`;

const HEADS = `SELECT "id", "lastSeq", "status" FROM "Task" WHERE "id" = ANY($1::text[])`;

const eventOf = ({ seq, attempt, type, at, payload }: EventRow & { seq: number }): TaskEvent => ({
  ...payload,
  seq,
  at: at.toISOString(),
  attempt,
  type,
  v: 1,
});

/** A task's history in PostgreSQL. */
export class PgEventLog implements EventLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read(taskId: TaskId, after: number, limit: number): Promise<EventSlice> {
    const rows = await this.#database.rows<EventRow>({
      name: 'read-events',
      text: READ,
      values: [taskId, Math.min(after, MAX_SEQ), limit + 1],
    });
    const events = rows.flatMap((row) => (row.seq === null ? [] : [eventOf({ ...row, seq: row.seq })]));
    const isLive = rows.some((row) => !isFinal(row.status));
    return { events: events.slice(0, limit), more: isLive || events.length > limit };
  }

  async heads(taskIds: readonly TaskId[]): Promise<ReadonlyMap<TaskId, EventHead>> {
    const rows = await this.#database.rows<{ id: TaskId; lastSeq: number; status: Status }>({
      name: 'event-heads',
      text: HEADS,
      values: [taskIds],
    });
    return new Map(rows.map(({ id, lastSeq, status }) => [id, { lastSeq, isFinal: isFinal(status) }]));
  }
}
