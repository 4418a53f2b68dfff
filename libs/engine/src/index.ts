export { WORKSPACE_AREAS } from './ports/attempt-key.ts';
export type { AttemptKey, Fence, LocateArea, WorkspaceArea } from './ports/attempt-key.ts';
export type { ApiKeyRecord, ApiKeyStore } from './ports/api-key-store.ts';
export type { ArtifactStore, ListedKey, StoredBytes } from './ports/artifact-store.ts';
export type { AttemptEnd, AttemptStore, Claim, EventBatch, MeteredCall } from './ports/attempt-store.ts';
export type {
  BranchPublisher,
  BranchRequest,
  PreparedBranch,
  Published,
  PublishStep,
} from './ports/branch-publisher.ts';
export type {
  ClaimedDelivery,
  DeliveryEnd,
  DeliveryFence,
  DeliveryFound,
  DeliveryState,
  DeliveryStore,
  LateOrder,
  Postponement,
  PullRequestOrder,
} from './ports/delivery-store.ts';
export type {
  CommitVerdict,
  Forge,
  ForgePurpose,
  ForgeRepository,
  ForgeSession,
  GitPerson,
  NewPullRequest,
  PullRequest,
  RepositoryFacts,
  TokenWish,
} from './ports/forge.ts';
export type { AuditLog, AuditRecord } from './ports/audit-log.ts';
export type {
  ForgeConversation,
  ForgeConversations,
  ForgePermission,
  PullRequestFacts,
  Reaction,
  ReactionTarget,
  ReviewRemark,
} from './ports/forge-conversation.ts';
export type { ClaimedTelling, ConversationStore, TellingFence, Told } from './ports/conversation-store.ts';
export type {
  ClaimedInbound,
  InboundEnd,
  InboundFence,
  InboundStore,
  NewInbound,
  TriggerOrigin,
} from './ports/inbound-store.ts';
export type {
  NewRepository,
  RepositoryChange,
  RepositoryForge,
  RepositoryRecord,
  RepositoryStore,
} from './ports/repository-store.ts';
export type { OutgoingWebhook, WebhookSender, WebhookSigner } from './ports/webhook-sender.ts';
export type {
  ClaimedWebhook,
  NewWebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointRecord,
  WebhookFence,
  WebhookMessageRecord,
  WebhookMessageState,
  WebhookOutbox,
  WebhookResult,
  WebhookStore,
} from './ports/webhook-store.ts';
export type { EventHead, EventHints, EventLog, EventSlice } from './ports/event-log.ts';
export type { EndpointSpec, Gateway, GatewayEndpoint, LlmPolicy } from './ports/gateway.ts';
export type {
  CreatedSandbox,
  PhasePlan,
  RunningSandbox,
  SandboxExit,
  Sandboxes,
  SandboxPhase,
} from './ports/sandbox.ts';
export type { Heartbeat, SessionInfo, SessionStore, TakenBack } from './ports/session-store.ts';
export type {
  ArchiveExtractor,
  ArchiveInspector,
  ArchiveSummary,
  CheckedOut,
  GitSourceRequest,
  Sources,
  ZipSourceRequest,
} from './ports/source.ts';
export type {
  AttemptRecord,
  BasePin,
  DeliveryRecord,
  FrozenRequest,
  NewTask,
  PatchStat,
  StoredArtifact,
  TaskFailure,
  TaskRecord,
  VerifyOutcome,
} from './ports/task-record.ts';
export { queuedTask } from './ports/queued-task.ts';
export type { Idempotency, TaskFilter, TaskStore } from './ports/task-store.ts';
export type { KeyRecord, NewKey, TeamRecord, TeamSettings, TeamStore } from './ports/team-store.ts';
export type { Log, SpanOptions, Telemetry } from './ports/telemetry.ts';
export type { WakeUps } from './ports/wake-ups.ts';
export type { DiskUse, Workspaces } from './ports/workspaces.ts';
export type { AskDead, Reaped } from './ports/reaping.ts';
export type { ProcessOwners } from './ports/process-owners.ts';
export type { CacheBounds, CacheTrim, SourceCache } from './ports/retention-cache.ts';
export type { RetentionBatch, RetentionStore, TaskFiles } from './ports/retention-store.ts';
export type { Spool, SpoolWriter } from './ports/spool.ts';
export type { DeliverySettings } from './delivery/delivery-context.ts';
export { ForgeWork } from './delivery/forge-work.ts';
export { PerformDelivery } from './delivery/perform-delivery.ts';
export { ringDeliveries } from './delivery/ring-deliveries.ts';
export { pullRequestOrder } from './delivery/pull-request-order.ts';
export { ExecuteTask } from './attempt/execute-task.ts';
export { ARTIFACT_NAMES, ARTIFACT_TYPES } from './attempt/store-artifacts.ts';
export { TellTriggers, type TellTriggersPorts } from './conversation/tell-triggers.ts';
export { AnswerTrigger } from './inbound/answer-trigger.ts';
export { ProcessInbound } from './inbound/process-inbound.ts';
export { OWN_MARK } from './inbound/read-event.ts';
export { MAX_WEBHOOK_BYTES, ReceiveWebhook, type WebhookPorts } from './inbound/receive-webhook.ts';
export { ManageRepositories } from './repositories/manage-repositories.ts';
export { ManageWebhooks } from './webhooks/manage-webhooks.ts';
export { newWebhookSecret } from './webhooks/new-webhook-secret.ts';
export { SendWebhooks } from './webhooks/send-webhooks.ts';
export {
  Retention,
  type RetainedThing,
  type RetentionFigures,
  type RetentionRules,
} from './retention/retention.ts';
export { ClaimGate, GATE_EVERY_MS, type Answerer, type Gauge } from './session/claim-gate.ts';
export { IntervalLoop } from './session/interval-loop.ts';
export { LEASE_MS, SWEEP_EVERY_MS } from './session/lease-clock.ts';
export { REAP_EVERY_MS, Reaper } from './session/reaper.ts';
export { RING_EVERY_MS, ringOnce } from './session/ringer.ts';
export { takeBackLost, type TakeBackPorts } from './session/take-back-lost.ts';
export { WorkerSession } from './session/worker-session.ts';
export type { Admitted } from './tasks/admit-task.ts';
export { Authenticate } from './tasks/authenticate.ts';
export type { Caller } from './tasks/caller.ts';
export { CancelTask } from './tasks/cancel-task.ts';
export { FirstKey } from './tasks/first-key.ts';
export { FollowEvents, STREAM_HEARTBEAT_MS, type Followed } from './tasks/follow-events.ts';
export type { Portion } from './tasks/follow-events-reads.ts';
export { stillMissing, waitAtStart, type Missing } from './session/wait-at-start.ts';
export { ManageTeams } from './tasks/manage-teams.ts';
export { OrderDelivery } from './tasks/order-delivery.ts';
export { ReadArtifact, type OpenedArtifact } from './tasks/read-artifact.ts';
export { ReadTask } from './tasks/read-task.ts';
export { RetryTask } from './tasks/retry-task.ts';
export { SubmitTask, type ReceivedArchive } from './tasks/submit-task.ts';
export type { CanDeliver, TaskRules } from './tasks/task-rules.ts';
export { deliveryView, taskView } from './tasks/task-view.ts';
