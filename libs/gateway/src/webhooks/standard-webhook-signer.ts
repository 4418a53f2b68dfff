import type { WebhookSigner } from '@drydock/engine';
import { Webhook } from 'standardwebhooks';

/** Signs as the Standard Webhooks specification says, once with each secret. */
export const standardWebhookSigner: WebhookSigner = {
  sign: ({ id, at, body, secrets }) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }),
};
