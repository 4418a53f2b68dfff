import { OUTCOMES, STATUSES, WEBHOOK_EVENTS, WEBHOOK_TEST } from '@drydock/domain';
import { z } from 'zod';
import { ErrorCodeSchema, TaskError } from './event.ts';
import { Delivery, Diffstat } from './task.ts';

const time = z.string().meta({ format: 'date-time' });

/** A task as it was when the event happened. */
export const WebhookTask = z
  .object({
    id: z.string(),
    status: z.enum(STATUSES),
    outcome: z.enum(OUTCOMES).nullable(),
    error: TaskError.nullable(),
    labels: z.record(z.string(), z.string()),
    attempt: z.int().describe('Number of the attempt begun last; 0: none was'),
    retryOf: z.string().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    diffstat: Diffstat.nullable(),
  })
  .meta({ id: 'WebhookTask' });

/** Body of an outgoing webhook, the same bytes in every try. */
export const WebhookPayload = z
  .object({
    type: z.enum([...WEBHOOK_EVENTS, WEBHOOK_TEST]),
    timestamp: time.describe('When it happened'),
    data: z.object({
      task: WebhookTask.optional().describe('Of `task.*` and `delivery.*`'),
      delivery: Delivery.optional().describe('Of `delivery.*`'),
      endpoint: z
        .object({
          id: z.string(),
          url: z.string().nullable().optional(),
          reason: z.object({ code: ErrorCodeSchema, message: z.string() }).nullable().optional(),
        })
        .optional()
        .describe('Of `webhook_endpoint.*`'),
    }),
  })
  .meta({ id: 'WebhookPayload' });
