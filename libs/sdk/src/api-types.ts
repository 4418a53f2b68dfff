/** Names for the shapes of the API, as docs/openapi.json has them. */
import type { components, operations } from './generated/openapi.ts';

type Schemas = components['schemas'];

export type ApiKey = Schemas['ApiKey'];
export type ApiKeyRequest = Schemas['ApiKeyRequest'];
export type Artifact = Schemas['Artifact'];
export type Delivery = Schemas['Delivery'];
export type DeliveryRequest = Schemas['DeliveryRequest'];
export type DeliveryRetryRequest = Schemas['DeliveryRetryRequest'];
export type EventPage = Schemas['EventPage'];
export type NewApiKey = Schemas['NewApiKey'];
export type NewWebhookEndpoint = Schemas['NewWebhookEndpoint'];
export type Problem = Schemas['Problem'];
export type Queue = Schemas['Queue'];
export type Readiness = Schemas['Readiness'];
export type Repository = Schemas['Repository'];
export type RepositoryChangeRequest = Schemas['RepositoryChangeRequest'];
export type RepositoryRequest = Schemas['RepositoryRequest'];
export type RetryRequest = Schemas['RetryRequest'];
export type RotateSecretRequest = Schemas['RotateSecretRequest'];
export type Task = Schemas['Task'];
export type TaskEvent = Schemas['TaskEvent'];
export type TaskRequest = Schemas['TaskRequest'];
export type Team = Schemas['Team'];
export type TeamChangeRequest = Schemas['TeamChangeRequest'];
export type TeamRequest = Schemas['TeamRequest'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
export type WebhookEndpointChangeRequest = Schemas['WebhookEndpointChangeRequest'];
export type WebhookEndpointRequest = Schemas['WebhookEndpointRequest'];
/** What a webhook says: `type` tells which parts of `data` are there. */
export type WebhookPayload = Schemas['WebhookPayload'];
export type Worker = Schemas['Worker'];

export type TaskStatus = Task['status'];
/** Every code that the API uses, for tasks and problems alike. A newer API may have more. */
export type ErrorCode = Problem['code'];

type QueryOf<O extends keyof operations> = NonNullable<operations[O]['parameters']['query']>;
export type TaskListQuery = QueryOf<'listTasks'>;
export type WebhookDeliveryListQuery = QueryOf<'listWebhookDeliveries'>;
