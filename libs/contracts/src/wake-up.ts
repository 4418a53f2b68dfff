import { AppError } from '@drydock/domain';
import { z } from 'zod';

const v1 = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ v: z.literal(1), ...shape });

/** Written after the claim, for people who look at the queue; never read. */
const claimed = { taskId: z.string().optional(), attempt: z.int().optional() };

/** Catalogue of jobs: every other type derives from it. Data is anonymous: the claim decides what is done. */
export const JOBS = {
  'task.execute': { queue: 'tasks', data: v1(claimed) },
  'delivery.perform': { queue: 'deliveries', data: v1(claimed) },
} as const;

export type JobName = keyof typeof JOBS;
export type QueueName = (typeof JOBS)[JobName]['queue'];

/** @throws AppError `job_handlers_wrong` when one of the wanted jobs has no handler or two. */
export const assertOneHandlerEach = (
  wanted: readonly JobName[],
  handlers: readonly { job: JobName; owner: string }[],
): void => {
  for (const job of wanted) {
    const owners = handlers.filter((handler) => handler.job === job).map((handler) => handler.owner);
    if (owners.length !== 1)
      throw new AppError('job_handlers_wrong', `${job}: one handler wanted, got [${owners.join(', ')}]`);
  }
};
