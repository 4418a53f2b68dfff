import './plain-words.ts';

export { EVENT_PAYLOADS, EVENT_TYPES, TaskEvent, VerifyResult } from './event.ts';
export type { EventPayload, EventType, LostWorker, NewEvent } from './event.ts';
export { FrozenTrigger, GITHUB_EVENTS, isGithubEvent, TRIGGER_KINDS } from './github-webhook.ts';
export type { GithubEvent, GithubPayload, TriggerKind } from './github-webhook.ts';
export {
  ArtifactList,
  AttemptQuery,
  EventPage,
  EventsQuery,
  Problem,
  QueueView,
  TaskListQuery,
  TaskPage,
  WorkerList,
  WorkerView,
} from './http.ts';
export { DeliveryRequest, DeliveryRetryRequest, PullRequestRequest } from './pull-request.ts';
export { parseRepositoryConfig, RepositoryConfig } from './repository-config.ts';
export {
  Repository,
  RepositoryChangeRequest,
  RepositoryListQuery,
  RepositoryPage,
  RepositoryRequest,
  WebhookReceipt,
} from './repositories.ts';
export {
  MAX_LOG_TEXT_BYTES,
  MAX_PROTOCOL_LINE_BYTES,
  CollectResult,
  RunnerCommand,
  RunnerDone,
  RunnerJob,
  RunnerMessage,
} from './runner-protocol.ts';
export type { AgentJob, CollectJob, CommandsJob } from './runner-protocol.ts';
export { checkSource, RetryRequest, TaskRequest } from './task-request.ts';
export type { NetworkPolicy, TaskRequestInput } from './task-request.ts';
export { Artifact, Attempt, Delivery, Diffstat, Task } from './task.ts';
export {
  ApiKey,
  ApiKeyList,
  ApiKeyRequest,
  NewApiKey,
  Team,
  TeamChangeRequest,
  TeamListQuery,
  TeamPage,
  TeamRequest,
} from './teams.ts';
export { assertOneHandlerEach, JOBS } from './wake-up.ts';
export type { JobName, QueueName } from './wake-up.ts';
export {
  NewWebhookEndpoint,
  RotateSecretRequest,
  WebhookDelivery,
  WebhookDeliveryListQuery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointChangeRequest,
  WebhookEndpointListQuery,
  WebhookEndpointPage,
  WebhookEndpointRequest,
  WebhookTry,
} from './webhook-endpoints.ts';
export { WebhookPayload } from './webhook-payload.ts';
