import {
  NewWebhookEndpoint,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointPage,
} from '@drydock/contracts';
import { Operation } from '../openapi/operation.ts';

const tag = 'Webhooks' as const;
const id = { id: 'Id of the endpoint: `whe_…`' };
const text = { type: 'string' } as const;
const location = { location: { description: 'Address of the endpoint', schema: text } };
const BODY = ['malformed_json', 'unsupported_media_type', 'invalid_request'] as const;

export const ListWebhookEndpointsDocs = () =>
  Operation({
    tag,
    id: 'listWebhookEndpoints',
    summary: 'List where events are sent',
    description: 'Those of the team, newest first; no secrets.',
    scope: 'tasks:read',
    answers: {
      200: {
        description: 'One page; `next` is the cursor of the following one',
        schema: WebhookEndpointPage,
      },
    },
    problems: ['invalid_request'],
  });

export const CreateWebhookEndpointDocs = () =>
  Operation({
    tag,
    id: 'createWebhookEndpoint',
    summary: 'Have events sent to an address',
    description:
      'Each event is posted as JSON, `{ type, timestamp, data }`, and signed as the Standard Webhooks specification says: ' +
      '`webhook-id`, `webhook-timestamp`, `webhook-signature`. An answer other than 2xx within 10 s is tried again for a ' +
      'day, ever more seldom. The same event may come twice, under the same `webhook-id`, and not in order.',
    scope: 'tasks:write',
    answers: {
      201: {
        description: 'The endpoint, with its secret, which is shown this once',
        schema: NewWebhookEndpoint,
        headers: location,
      },
    },
    problems: [...BODY, 'webhook_url_not_allowed', 'webhook_endpoint_limit'],
  });

export const GetWebhookEndpointDocs = () =>
  Operation({
    tag,
    id: 'getWebhookEndpoint',
    summary: 'Read an endpoint, and whether it gets what is sent',
    description:
      'Never its secret. `failingSince` tells since when nothing got through; after a day of that it is disabled, and ' +
      '`disabledReason` tells why.',
    scope: 'tasks:read',
    params: id,
    answers: { 200: { description: 'The endpoint', schema: WebhookEndpoint } },
    problems: ['not_found'],
  });

export const ChangeWebhookEndpointDocs = () =>
  Operation({
    tag,
    id: 'changeWebhookEndpoint',
    summary: 'Change an endpoint, or enable it again',
    description: 'What is left out stays. Disabling ends what is pending; it can be sent again one by one.',
    scope: 'tasks:write',
    params: id,
    answers: { 200: { description: 'The endpoint as it is now', schema: WebhookEndpoint } },
    problems: [...BODY, 'not_found', 'webhook_url_not_allowed'],
  });

export const DeleteWebhookEndpointDocs = () =>
  Operation({
    tag,
    id: 'deleteWebhookEndpoint',
    summary: 'Send nothing to an endpoint any more',
    description: 'It goes with the list of what was sent to it.',
    scope: 'tasks:write',
    params: id,
    answers: { 204: { description: 'The endpoint is forgotten' } },
    problems: ['not_found'],
  });

export const RotateSecretDocs = () =>
  Operation({
    tag,
    id: 'rotateWebhookSecret',
    summary: 'Give an endpoint a new secret',
    description:
      'Both secrets sign for the time that `overlapSeconds` says, so that receivers can change over.',
    scope: 'tasks:write',
    params: id,
    answers: {
      200: {
        description: 'The endpoint, with its new secret, which is shown this once',
        schema: NewWebhookEndpoint,
      },
    },
    problems: [...BODY, 'not_found'],
  });

export const TestWebhookEndpointDocs = () =>
  Operation({
    tag,
    id: 'testWebhookEndpoint',
    summary: 'Send a test to an endpoint',
    description:
      'Its type is `webhook_endpoint.test`. What came of it is in the list of deliveries a moment later.',
    scope: 'tasks:write',
    params: id,
    answers: { 202: { description: 'The test, on its way', schema: WebhookDelivery } },
    problems: ['not_found', 'webhook_endpoint_disabled', 'invalid_request'],
  });

export const ListWebhookDeliveriesDocs = () =>
  Operation({
    tag,
    id: 'listWebhookDeliveries',
    summary: 'List what was sent to an endpoint',
    description: 'Newest first, with the answers to the last tries.',
    scope: 'tasks:read',
    params: id,
    answers: {
      200: {
        description: 'One page; `next` is the cursor of the following one',
        schema: WebhookDeliveryPage,
      },
    },
    problems: ['not_found', 'invalid_request'],
  });

export const RedeliverWebhookDocs = () =>
  Operation({
    tag,
    id: 'redeliverWebhook',
    summary: 'Send something again',
    description:
      'With the same `webhook-id` and body, whatever came of it before; it has another day of tries.',
    scope: 'tasks:write',
    params: { ...id, deliveryId: 'Id of the delivery: `msg_…`' },
    answers: { 202: { description: 'The delivery, on its way', schema: WebhookDelivery } },
    problems: ['not_found', 'webhook_endpoint_disabled'],
  });
