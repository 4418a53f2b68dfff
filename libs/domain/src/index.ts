export { abortKindOf, AttemptAborted, type AbortKind } from './abort-reason.ts';
export { afterAttempt, backoffMs, type AfterAttempt, type AttemptCounts } from './after-attempt.ts';
export { isAllowlistEntry, isOnAllowlist } from './allowlist.ts';
export { apiKeyIdOf, isApiKey, SCOPES, type Scope } from './api-key.ts';
export { addUsage, NO_USAGE, refuseCall, type Budget, type Reservation, type Usage } from './budget.ts';
export {
  AppError,
  ERRORS,
  errorSpec,
  isErrorCode,
  toAppError,
  type ErrorCode,
  type ErrorSpec,
  type InputIssue,
} from './errors.ts';
export { isDotGit } from './git-path.ts';
export { globMatches } from './glob.ts';
export { crockford, isTaskId, taskIdFrom, uuidV7 } from './ids.ts';
export type { ApiKeyId, DeliveryId, InstanceId, SessionId, TaskId, TeamId } from './ids.ts';
export {
  effectiveLimits,
  INFRASTRUCTURE_ATTEMPTS,
  LIMIT_NAMES,
  LIMIT_RANGES,
  OPERATOR_LIMITS,
} from './limits.ts';
export type { LimitName, LimitRange, Limits, RequestedLimits } from './limits.ts';
export {
  ATTEMPT_OUTCOMES,
  FAILED_OUTCOMES,
  isFailedOutcome,
  OUTCOMES,
  statusOf,
  SUCCEEDED_OUTCOMES,
} from './outcome.ts';
export type { AttemptOutcome, FailedOutcome, Outcome, SucceededOutcome } from './outcome.ts';
export { BUILT_IN_PRICES } from './model-prices-table.ts';
export { callCostUsd, mergePrices, priceOf, type ModelPrice, type ModelPrices } from './model-prices.ts';
export { MASK, Redactor } from './redactor.ts';
export {
  hostOf,
  isAllowedPrivate,
  isCommitId,
  isGitRef,
  parseGitUrl,
  portOf,
  type AllowedPrivateHosts,
} from './source-url.ts';
export {
  canBecome,
  FINAL_STATUSES,
  isFinal,
  NEXT,
  PHASES,
  sourcesOf,
  STATUSES,
  type Phase,
  type Status,
} from './task-state.ts';
