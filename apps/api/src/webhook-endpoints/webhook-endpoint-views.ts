import type { WebhookDelivery, WebhookEndpoint } from '@drydock/contracts';
import {
  AppError,
  isWebhookEndpointId,
  isWebhookMessageId,
  type WebhookEndpointId,
  type WebhookMessageId,
} from '@drydock/domain';
import type { WebhookEndpointRecord, WebhookMessageRecord } from '@drydock/engine';

/** An id of another shape is as unknown as a made-up one. @throws AppError `not_found`. */
export const webhookEndpointIdOf = (text: string): WebhookEndpointId => {
  if (!isWebhookEndpointId(text)) throw new AppError('not_found', 'There is no such webhook endpoint.');
  return text;
};

/** @throws AppError `not_found`. */
export const webhookMessageIdOf = (text: string): WebhookMessageId => {
  if (!isWebhookMessageId(text)) throw new AppError('not_found', 'There is no such delivery.');
  return text;
};

/** An endpoint as clients see it: without its secret. */
export const webhookEndpointView = (endpoint: WebhookEndpointRecord): WebhookEndpoint => ({
  id: endpoint.id,
  kind: endpoint.kind,
  url: endpoint.url,
  description: endpoint.description,
  events: [...endpoint.events],
  enabled: endpoint.enabled,
  disabledReason: endpoint.disabledReason,
  failingSince: endpoint.failingSince?.toISOString() ?? null,
  previousSecretUntil: endpoint.previousSecretUntil?.toISOString() ?? null,
  createdAt: endpoint.createdAt.toISOString(),
  updatedAt: endpoint.updatedAt.toISOString(),
});

export const webhookDeliveryView = (message: WebhookMessageRecord): WebhookDelivery => ({
  id: message.id,
  endpointId: message.endpointId,
  type: message.type,
  taskId: message.taskId,
  url: message.url,
  state: message.state,
  attempts: message.attempts,
  nextAttemptAt: message.nextAttemptAt?.toISOString() ?? null,
  tries: [...message.tries],
  createdAt: message.createdAt.toISOString(),
});
