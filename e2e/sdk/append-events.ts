import type pg from 'pg';

/** What a worker would tell, without one: so many events with a line of log each. */
export const appendEvents = async (
  database: pg.Client,
  taskId: string,
  { count, text }: { readonly count: number; readonly text: string },
): Promise<void> => {
  await database.query(
    `WITH task AS (UPDATE "Task" SET "lastSeq" = "lastSeq" + $2 WHERE id = $1 RETURNING "teamId", "lastSeq")
     INSERT INTO "TaskEvent" ("taskId", seq, attempt, type, at, "teamId", payload)
     SELECT $1, "lastSeq" - $2 + n, 1, 'log', now(), "teamId",
            jsonb_build_object('phase', 'agent', 'stream', 'stdout', 'text', $3 || repeat('x', n % 300))
     FROM task, generate_series(1, $2) n`,
    [taskId, count, text],
  );
};
