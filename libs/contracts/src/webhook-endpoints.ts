import { WEBHOOK_EVENTS, WEBHOOK_TEST } from '@drydock/domain';
import { z } from 'zod';
import { ErrorCodeSchema } from './event.ts';
import { Cursor, PageLimit } from './page.ts';

const time = z.string().meta({ format: 'date-time' });
const MAX_OVERLAP_SECONDS = 604_800;

const Events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1)
  .refine((events) => new Set(events).size === events.length, 'must not name an event twice');

const fields = {
  url: z.string().min(1).max(2048).describe('https:// and a public host'),
  description: z
    .string()
    .max(500)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')
    .describe('For people'),
  events: Events.describe('What it is told of'),
};

/** Body of `POST /v1/webhook-endpoints`. */
export const WebhookEndpointRequest = z
  .strictObject({
    url: fields.url,
    description: fields.description.default(''),
    events: fields.events.default([...WEBHOOK_EVENTS]),
  })
  .meta({
    id: 'WebhookEndpointRequest',
    examples: [
      {
        url: 'https://ci.example.com/hooks/drydock',
        description: 'Tells the release channel',
        events: ['task.succeeded', 'task.failed'],
      },
    ],
  });
export type WebhookEndpointRequest = z.infer<typeof WebhookEndpointRequest>;

/** What is left out stays as it is. */
export const WebhookEndpointChangeRequest = z
  .strictObject({
    ...fields,
    enabled: z
      .boolean()
      .describe('`true` takes up again what was disabled; events of the time between are not sent'),
  })
  .partial()
  .meta({ id: 'WebhookEndpointChangeRequest', examples: [{ events: ['task.failed'], enabled: true }] });
export type WebhookEndpointChangeRequest = z.infer<typeof WebhookEndpointChangeRequest>;

/** Body of `POST /v1/webhook-endpoints/{id}/rotate-secret`. */
export const RotateSecretRequest = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(MAX_OVERLAP_SECONDS)
      .default(86_400)
      .describe('How long the old secret signs as well'),
  })
  .meta({ id: 'RotateSecretRequest', examples: [{ overlapSeconds: 3600 }] });
export type RotateSecretRequest = z.infer<typeof RotateSecretRequest>;

const reason = z.object({ code: ErrorCodeSchema, message: z.string() });

export const WebhookEndpoint = z
  .object({
    id: z.string().describe('`whe_…`'),
    kind: z
      .enum(['endpoint', 'callbacks'])
      .describe('`callbacks`: the one that signs what goes to the `callbackUrl` of tasks'),
    url: z.string().nullable().describe('Null: each task names its own'),
    description: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    enabled: z.boolean(),
    disabledReason: reason
      .nullable()
      .describe('Why nothing is sent any more; null: it is enabled, or was disabled by a request'),
    failingSince: time.nullable().describe('Since when nothing got through; null: the last try went well'),
    previousSecretUntil: time
      .nullable()
      .describe('How long the secret before the last rotation signs as well'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'WebhookEndpoint' });
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

export const NewWebhookEndpoint = z
  .object({ ...WebhookEndpoint.shape, secret: z.string().describe('`whsec_…`; shown this once') })
  .meta({ id: 'NewWebhookEndpoint' });
export type NewWebhookEndpoint = z.infer<typeof NewWebhookEndpoint>;

export const WebhookEndpointPage = z
  .object({ items: z.array(WebhookEndpoint), next: z.string().nullable() })
  .meta({ id: 'WebhookEndpointPage' });

export const WebhookTry = z
  .object({
    at: time,
    ms: z.int().describe('How long it took'),
    status: z.int().nullable().describe('HTTP status of the answer; null: there was none'),
    error: reason.nullable(),
  })
  .meta({ id: 'WebhookTry' });
export type WebhookTry = z.infer<typeof WebhookTry>;

export const WebhookDelivery = z
  .object({
    id: z.string().describe('`msg_…`, sent as `webhook-id`; the same in every try'),
    endpointId: z.string(),
    type: z.enum([...WEBHOOK_EVENTS, WEBHOOK_TEST]),
    taskId: z.string().nullable(),
    url: z.string(),
    state: z.enum(['pending', 'succeeded', 'failed']),
    attempts: z.int().describe('Tries so far'),
    nextAttemptAt: time.nullable().describe('Null: none is planned'),
    tries: z.array(WebhookTry).describe('The last ten, oldest first'),
    createdAt: time,
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const WebhookDeliveryPage = z
  .object({ items: z.array(WebhookDelivery), next: z.string().nullable() })
  .meta({ id: 'WebhookDeliveryPage' });

const [limit, cursor] = [PageLimit, Cursor.optional()];

export const WebhookEndpointListQuery = z.strictObject({ limit, cursor });
export type WebhookEndpointListQuery = z.infer<typeof WebhookEndpointListQuery>;

export const WebhookDeliveryListQuery = z.strictObject({
  state: z.enum(['pending', 'succeeded', 'failed']).optional(),
  limit,
  cursor,
});
export type WebhookDeliveryListQuery = z.infer<typeof WebhookDeliveryListQuery>;
