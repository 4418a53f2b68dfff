import { AppError } from '@drydock/domain';
import type { Fence } from '@drydock/engine';

/** First three parameters of every statement that uses `FENCE_GUARD`. */
export const fenceValues = (fence: Fence): [string, number, string] => [
  fence.taskId,
  fence.attempt,
  fence.sessionId,
];

/** Condition on a task `t` joined with its attempt `a`: the attempt is the task's current one, live, and of this session. */
export const FENCE_GUARD = `t."id" = $1 AND t."status" = 'running' AND t."currentAttempt" = $2
  AND a."taskId" = t."id" AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NULL`;

/** What a write that hit no row means. */
export const leaseLost = (fence: Fence): AppError =>
  new AppError(
    'lease_lost',
    `Attempt ${String(fence.attempt)} of ${fence.taskId} is no longer this worker's. Stop its work.`,
  );
