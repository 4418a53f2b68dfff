export { abortKindOf, AttemptAborted, isLoss, type AbortKind, type LossKind } from './abort-reason.ts';
export { afterAttempt } from './after-attempt.ts';
export { isAllowlistEntry, isOnAllowlist } from './allowlist.ts';
export { apiKeyIdOf, isApiKey, isScope, SCOPES, type Scope } from './api-key.ts';
export { addUsage, NO_USAGE, refuseCall, type Budget, type Reservation, type Usage } from './budget.ts';
export {
  DELIVERY_FAILURES,
  DELIVERY_LOSSES,
  deliveryAfterTask,
  deliveryBranch,
  deliveryDelayMs,
  pullRequestDeliveryId,
  type DeliverWhen,
  type DeliveryDecision,
} from './delivery.ts';
export {
  AppError,
  ERRORS,
  errorSpec,
  isErrorCode,
  toAppError,
  type ErrorCode,
  type InputIssue,
} from './errors.ts';
export { armCrashPoint, CRASH_POINTS, crashPoint, isCrashPoint, type CrashPoint } from './crash-points.ts';
export { isDotGit } from './git-path.ts';
export { globMatches } from './glob.ts';
export {
  crockford,
  isRepositoryId,
  isTaskId,
  repositoryIdFrom,
  taskIdFrom,
  teamIdFrom,
  webhookEndpointIdFrom,
  webhookMessageIdFrom,
  isWebhookEndpointId,
  isWebhookMessageId,
} from './ids.ts';
export type {
  ApiKeyId,
  DeliveryId,
  InstanceId,
  RepositoryId,
  SessionId,
  TaskId,
  TeamId,
  WebhookEndpointId,
  WebhookMessageId,
} from './ids.ts';
export { effectiveLimits, LIMIT_NAMES, LIMIT_RANGES, OPERATOR_LIMITS } from './limits.ts';
export type { LimitName, Limits } from './limits.ts';
export { ATTEMPT_OUTCOMES, isFailedOutcome, OUTCOMES, statusOf } from './outcome.ts';
export type { AttemptOutcome, FailedOutcome, Outcome } from './outcome.ts';
export { BUILT_IN_PRICES } from './model-prices-table.ts';
export { callCostUsd, mergePrices, priceOf, type ModelPrices } from './model-prices.ts';
export { noreplyAddress } from './noreply-address.ts';
export { Redactor } from './redactor.ts';
export {
  hostOf,
  isAllowedPrivate,
  isCommitId,
  isGitRef,
  parseGitUrl,
  portOf,
  type AllowedPrivateHosts,
} from './source-url.ts';
export { isFinal, PHASES, sourcesOf, STATUSES, type Phase, type Status } from './task-state.ts';
export {
  afterWebhookTry,
  WEBHOOK_EVENTS,
  WEBHOOK_LIFETIME_MS,
  WEBHOOK_TEST,
  type WebhookAnswer,
  type WebhookDecision,
  type WebhookEvent,
  type WebhookStanding,
} from './webhook.ts';
export { parseWebhookUrl } from './webhook-url.ts';
