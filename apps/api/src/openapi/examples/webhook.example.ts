import type { NewWebhookEndpoint, WebhookDelivery, WebhookEndpoint } from '@drydock/contracts';
import { TASK_ID } from './task.example.ts';

const ID = 'whe_01jd4m0c5xk8p1q4s7v2y6z9bd';

export const WEBHOOK_ENDPOINT: WebhookEndpoint = {
  id: ID,
  kind: 'endpoint',
  url: 'https://ci.example.com/hooks/drydock',
  description: 'Tells the release channel',
  events: ['task.succeeded', 'task.failed'],
  enabled: true,
  ...{ disabledReason: null, failingSince: null, previousSecretUntil: null },
  ...{ createdAt: '2026-11-21T09:00:00.000Z', updatedAt: '2026-11-21T09:00:00.000Z' },
};

export const NEW_WEBHOOK_ENDPOINT: NewWebhookEndpoint = {
  ...WEBHOOK_ENDPOINT,
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
};

export const WEBHOOK_DELIVERY: WebhookDelivery = {
  ...{ id: 'msg_4c1a5f0e2b9d8c7f6a3e1d0b5c', endpointId: ID, type: 'task.succeeded', taskId: TASK_ID },
  url: 'https://ci.example.com/hooks/drydock',
  ...{ state: 'pending', attempts: 1, nextAttemptAt: '2026-11-21T09:31:18.000Z' },
  tries: [
    {
      ...{ at: '2026-11-21T09:31:12.900Z', ms: 41, status: 503 },
      error: { code: 'webhook_rejected', message: 'It answered 503.' },
    },
  ],
  createdAt: '2026-11-21T09:31:12.080Z',
};
