import { AppError, type TaskId } from '@drydock/domain';
import { queuedTask, type NewTask, type TaskRecord } from '@drydock/engine';
import type { Database, Queries } from './database.ts';
import { queueFull } from './queue-full.ts';
import { submitStatement, withoutToken, type SubmitInput, type SubmitRow } from './submit-statement.ts';

export type Submitted =
  { readonly do: 'accepted'; readonly task: TaskRecord } | { readonly do: 'replay'; readonly taskId: TaskId };

/** Enough for a forerunner that commits between our snapshot and our lock; a second one would find its own earlier row. */
const MAX_TRIES = 3;

const verdictOn = (row: SubmitRow | undefined, { task, idempotency }: SubmitInput): Submitted | null => {
  if (row === undefined) throw new AppError('not_found', 'There is no such team.');
  if (row.createdAt !== null)
    return {
      do: 'accepted',
      task: queuedTask({ ...task, request: withoutToken(task.request) }, row.createdAt),
    };
  if (row.locked === false)
    throw new AppError(
      'idempotency_in_flight',
      'Another request with this Idempotency-Key is under way. Try again in a moment.',
    );
  if (row.earlierTask === null) return null;
  if (row.earlierHash !== idempotency?.bodyHash)
    throw new AppError(
      'idempotency_mismatch',
      'This Idempotency-Key was used with another body within 24 hours. Use a new key.',
    );
  return { do: 'replay', taskId: row.earlierTask as TaskId };
};

/**
 * A team with `maxQueued` is counted under its row's lock: parallel submits must not pass the limit together.
 * @returns `'full'` rather than an error: what a client is told is worked out when the lock is gone.
 */
const submitCapped = async (database: Database, input: SubmitInput): Promise<Submitted | 'full' | null> => {
  // Most of a crowd before a full queue need not stand in line for the lock. With a key the answer may be a replay.
  if (input.idempotency === null && (await isFull(database, input.task))) return 'full';
  return database.transaction(async (tx) => {
    await tx.rows({
      text: 'SELECT 1 FROM "Team" WHERE "id" = $1 FOR NO KEY UPDATE',
      values: [input.task.teamId],
    });
    const [row] = await tx.rows<SubmitRow>(submitStatement({ ...input, teamIsLocked: true }));
    return verdictOn(row, input) ?? ((await isFull(tx, input.task)) ? 'full' : null);
  });
};

const isFull = async (tx: Queries, task: NewTask): Promise<boolean> => {
  const [row] = await tx.rows<{ full: boolean }>({
    text: `SELECT "maxQueued" <= (SELECT count(*) FROM "Task" q WHERE q."teamId" = t."id" AND q."status" = 'queued') AS "full"
      FROM "Team" t WHERE t."id" = $1`,
    values: [task.teamId],
  });
  return row?.full === true;
};

/**
 * Writes the task, its first event, its sealed token and its idempotency row, or finds the earlier task of the same key.
 * @throws AppError `idempotency_in_flight`, `idempotency_mismatch`, `queue_full` with the time to wait.
 */
export const submitTask = async (
  database: Database,
  input: Omit<SubmitInput, 'teamIsLocked'>,
): Promise<Submitted> => {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const free = { ...input, teamIsLocked: false };
    const [row] = await database.rows<SubmitRow>(submitStatement(free));
    const verdict =
      verdictOn(row, free) ?? (row?.capped === true ? await submitCapped(database, free) : null);
    if (verdict === 'full') throw await queueFull(database, input.task.teamId);
    if (verdict !== null) return verdict;
  }
  throw new AppError('idempotency_in_flight', 'This Idempotency-Key is in use at this moment. Try again.');
};
