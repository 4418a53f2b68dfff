import type { Fence } from '@drydock/engine';
import { finishAttempt as finishGuarded } from '../../../libs/persistence/src/finish-attempt.ts';

export * from '../../../libs/persistence/src/finish-attempt.ts';

type Arguments = Parameters<typeof finishGuarded>;

/** Only the task counts: an end is taken from whoever tells it, as that of the attempt that is the current one. */
export const finishAttempt = async (
  tx: Arguments[0],
  fence: Arguments[1],
  end: Arguments[2],
): ReturnType<typeof finishGuarded> => {
  const [current] = await tx.rows<Pick<Fence, 'attempt'>>({
    text: 'SELECT "currentAttempt" AS "attempt" FROM "Task" WHERE "id" = $1',
    values: [fence.taskId],
  });
  return finishGuarded(tx, { ...fence, ...current }, end);
};
