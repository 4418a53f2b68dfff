import {
  AppError,
  deliveryAfterTask,
  isFinal,
  pullRequestDeliveryId,
  type DeliveryId,
  type Outcome,
  type Status,
  type TaskId,
  type TeamId,
} from '@drydock/domain';
import type { DeliveryState, PullRequestOrder, VerifyOutcome } from '@drydock/engine';
import type { Queries } from '../database.ts';
import { jsonb } from '../jsonb.ts';
import { SOURCE_TOKEN } from '../source-token.ts';

/** A wish of a client that comes after the end of the task. */
export interface SealedOrder {
  readonly order: PullRequestOrder;
  readonly sealedToken: Buffer | null;
}

interface OrderedTask {
  readonly status: Status;
  readonly outcome: Outcome | null;
  readonly verify: readonly VerifyOutcome[];
  readonly baseCommit: string | null;
  readonly isKnown: boolean;
  readonly isDeleted: boolean;
  readonly patchBytes: number;
}

// The row is held, so that retention does not take the patch meanwhile.
const LOOK = `SELECT t."status", t."outcome", t."verify", t."baseCommit", t."filesDeletedAt" IS NOT NULL AS "isDeleted",
    EXISTS (SELECT 1 FROM "Delivery" d WHERE d."id" = $3) AS "isKnown",
    coalesce((SELECT a."bytes" FROM "Artifact" a WHERE a."taskId" = t."id" AND a."attempt" = t."currentAttempt"
      AND a."name" = 'diff.patch'), 0)::float8 AS "patchBytes"
  FROM "Task" t WHERE t."id" = $1 AND t."teamId" = $2 FOR NO KEY UPDATE`;

const ADD = `INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state", "order", "notBefore")
  VALUES ($1, $2, $3, 'pull_request', 'pending', $4::jsonb, clock_timestamp()) ON CONFLICT ("id") DO NOTHING RETURNING 1`;

const LOOK_AGAIN = `SELECT d."state", d."taskId", t."filesDeletedAt" IS NOT NULL AS "isDeleted"
  FROM "Delivery" d JOIN "Task" t ON t."id" = d."taskId" WHERE d."id" = $1 AND d."teamId" = $2
  FOR NO KEY UPDATE OF t, d`;

const PEND = `UPDATE "Delivery" d SET "state" = 'pending', "error" = NULL, "postponed" = 0, "sessionId" = NULL,
    "notBefore" = clock_timestamp(), "updatedAt" = clock_timestamp(), "order" = CASE d."error" ->> 'code'
      WHEN 'delivery_not_verified' THEN d."order" || '{"when": "changed"}' ELSE d."order" END
  WHERE d."id" = $1 AND d."state" IN ('failed', 'held') RETURNING 1`;

const TELL = `WITH task AS (
    UPDATE "Task" t SET "lastSeq" = t."lastSeq" + 1 WHERE t."id" = $1 RETURNING t."id", t."teamId", t."lastSeq"
  ), secret AS (
    INSERT INTO "Secret" ("taskId", "purpose", "teamId", "sealed")
    SELECT "id", $3, "teamId", $4::bytea FROM task WHERE $4::bytea IS NOT NULL
    ON CONFLICT ("taskId", "purpose") DO UPDATE SET "sealed" = excluded."sealed"
  ), link AS (
    UPDATE "TriggerLink" l SET "isTold" = false, "postponed" = 0 FROM task WHERE l."taskId" = task."id"
  )
  INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
  SELECT "id", "lastSeq", 'delivery.changed', clock_timestamp(), "teamId", $2::jsonb FROM task`;

const unavailable = (detail: string): AppError => new AppError('delivery_not_available', detail);
const GONE = 'The patch of this task is no longer stored: retention removed it. Submit the task again.';

const tellPending = (
  tx: Queries,
  delivery: { id: DeliveryId; taskId: TaskId },
  sealedToken: Buffer | null,
): Promise<unknown> =>
  tx.rows({
    text: TELL,
    values: [delivery.taskId, jsonb({ id: delivery.id, state: 'pending' }), SOURCE_TOKEN, sealedToken],
  });

const refuse = (task: OrderedTask, order: PullRequestOrder): void => {
  if (!isFinal(task.status))
    throw new AppError('task_not_final', 'Wait until the task has ended, and ask for the pull request then.');
  if (task.isDeleted) throw unavailable(GONE);
  if (task.baseCommit === null)
    throw unavailable('The source of this task has no commit to open a pull request on.');
  const exitCodes = task.verify.map(({ exitCode }) => exitCode);
  const decision = deliveryAfterTask({ outcome: task.outcome, exitCodes, when: order.when });
  if (decision.do === 'settle' && decision.state === 'failed') throw unavailable(decision.error.message);
  if (task.patchBytes === 0) throw unavailable('The task has no patch, so there is nothing to deliver.');
};

/** Inside a transaction. @throws AppError as `DeliveryStore.order` says. */
export const orderDelivery = async (
  tx: Queries,
  { teamId, taskId }: { teamId: TeamId; taskId: TaskId },
  { order, sealedToken }: SealedOrder,
): Promise<DeliveryId> => {
  const id = pullRequestDeliveryId(taskId);
  const [task] = await tx.rows<OrderedTask>({ text: LOOK, values: [taskId, teamId, id] });
  if (task === undefined) throw new AppError('not_found', 'There is no such task.');
  if (task.isKnown) return id;
  refuse(task, order);
  const added = await tx.rows({ text: ADD, values: [id, taskId, teamId, jsonb(order)] });
  if (added.length > 0) await tellPending(tx, { id, taskId }, sealedToken);
  return id;
};

/** Inside a transaction. @throws AppError as `DeliveryStore.retry` says. */
export const retryDelivery = async (
  tx: Queries,
  { teamId, id }: { teamId: TeamId; id: DeliveryId },
  sealedToken: (taskId: TaskId) => Buffer | null,
): Promise<TaskId> => {
  const [found] = await tx.rows<{ state: DeliveryState; taskId: TaskId; isDeleted: boolean }>({
    text: LOOK_AGAIN,
    values: [id, teamId],
  });
  if (found === undefined) throw new AppError('not_found', 'There is no such delivery.');
  const { taskId } = found;
  if (found.state === 'pending' || found.state === 'succeeded') return taskId;
  if (found.isDeleted) throw unavailable(GONE);
  await tx.rows({ text: PEND, values: [id] });
  await tellPending(tx, { id, taskId }, sealedToken(taskId));
  return taskId;
};
