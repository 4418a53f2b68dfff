import { OUTCOMES, STATUSES } from '@drydock/domain';
import { z } from 'zod';
import { ErrorCodeSchema, TaskEvent } from './event.ts';
import { Cursor, PageLimit } from './page.ts';
import { Artifact, Task } from './task.ts';

/** RFC 9457 problem details with a stable code. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: ErrorCodeSchema,
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string(), code: ErrorCodeSchema.optional() }))
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

const listOf = (value: unknown): unknown =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const part = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'must not hold NUL');

export const TaskListQuery = z.strictObject({
  status: z.enum(STATUSES).optional().describe('Only tasks with this status'),
  outcome: z.enum(OUTCOMES).optional().describe('Only tasks that ended so'),
  repository: part.optional().describe('Part of the git URL, in whatever case'),
  search: part
    .optional()
    .describe('Part of the first 4,096 characters of the description, or of the id, in whatever case'),
  label: z
    .preprocess(listOf, z.array(z.string().regex(/^[^:]+:/, 'must be key:value')).max(20))
    .optional()
    .describe('`key:value` of a label, once for each; all must fit'),
  limit: PageLimit,
  cursor: Cursor.optional(),
});
export type TaskListQuery = z.infer<typeof TaskListQuery>;

export const EventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).optional().describe('Only events with a greater `seq`'),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe('Events of a page at most'),
});
export const AttemptQuery = z.strictObject({
  attempt: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Number of the attempt. Left out: the last one; for a list, all'),
});

export const TaskPage = z
  .object({ items: z.array(Task), next: z.string().nullable() })
  .meta({ id: 'TaskPage' });
/** `next` is the seq to go on `after`, null when caught up. */
export const EventPage = z
  .object({ items: z.array(TaskEvent), next: z.int().nullable() })
  .meta({ id: 'EventPage' });
export const ArtifactList = z.object({ items: z.array(Artifact) }).meta({ id: 'ArtifactList' });

export const WorkerView = z
  .object({
    id: z.string(),
    sessionId: z.string(),
    host: z.string(),
    version: z.string(),
    startedAt: z.string(),
    heartbeatAt: z.string(),
    live: z.boolean(),
    draining: z.boolean(),
    concurrency: z.int(),
    running: z.array(
      z.object({ taskId: z.string(), attempt: z.int(), phase: z.string().nullable(), startedAt: z.string() }),
    ),
  })
  .meta({ id: 'Worker' });
export type WorkerView = z.infer<typeof WorkerView>;
export const WorkerList = z.object({ items: z.array(WorkerView) }).meta({ id: 'WorkerList' });

export const QueueView = z
  .object({
    queued: z.int(),
    eligible: z.int(),
    running: z.int(),
    oldestQueuedSeconds: z.number().nullable(),
    teams: z.array(z.object({ teamId: z.string(), name: z.string(), queued: z.int(), running: z.int() })),
  })
  .meta({ id: 'Queue' });
export type QueueView = z.infer<typeof QueueView>;
