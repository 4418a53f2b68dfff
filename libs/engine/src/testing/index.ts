export { apiKeyStoreContract } from './api-key-store.contract.ts';
export { artifactStoreContract } from './artifact-store.contract.ts';
export { attemptStoreContract } from './attempt-store.contract.ts';
export { retentionStoreContract } from './retention-store.contract.ts';
export type { RetainedLook, RetainedTask, RetentionUnderTest } from './retention-under-test.ts';
export { FakeRetentionStore } from './fake-retention-store.ts';
export { deliveryStoreContract } from './delivery-store.contract.ts';
export type { DeliveredTask, DeliveriesUnderTest, DeliveryLook, TaskEnd } from './deliveries-under-test.ts';
export { FakeDeliveryStore } from './fake-delivery-store.ts';
export { eventLogContract } from './event-log.contract.ts';
export { sessionStoreContract } from './session-store.contract.ts';
export {
  aBatch,
  allEvents,
  anEnd,
  aNewTask,
  anIdempotencyKey,
  aNotice,
  aRunningTask,
  claimed,
  openSession,
  submitted,
  type MakeStores,
  type StoresUnderTest,
  type TeamLimits,
} from './stores-under-test.ts';
export { taskStoreContract } from './task-store.contract.ts';
export { FakeApiKeyStore } from './fake-api-key-store.ts';
export { FakeArtifactStore } from './fake-artifact-store.ts';
export { FakeEventLog } from './fake-event-log.ts';
export { FakeTeamStore } from './fake-team-store.ts';
export { teamStoreContract, type TeamStoreUnderTest } from './team-store.contract.ts';
export { FakeTaskStore } from './fake-task-store.ts';
export { FakeWakeUps } from './fake-wake-ups.ts';
export { FakeEndpoint, FakeGateway } from './fake-gateway.ts';
export { gatewayContract, type GatewayUnderTest } from './gateway.contract.ts';
export { FakeSources } from './fake-sources.ts';
export { FakeRunning, type FakeProcess, type FakeScript } from './fake-process.ts';
export { playRunner, type FakePlay, type FakeRun } from './fake-runner.ts';
export { FakeSandboxes, type FakeSandboxesOptions } from './fake-sandboxes.ts';
export { FakeWorkspaces } from './fake-workspaces.ts';
export { sandboxContract } from './sandbox.contract.ts';
export {
  anAttemptKey,
  anySignal,
  aPhasePlan,
  OBEDIENT_SHELL,
  obedientScript,
  tell,
  textOf,
  type SandboxesUnderTest,
} from './sandboxes-under-test.ts';
export {
  workspacesContract,
  type AreaPath,
  type OddKind,
  type WorkspacesUnderTest,
} from './workspaces.contract.ts';
export { FakeAttemptStore } from './fake-attempt-store.ts';
export { FakeAuditLog } from './fake-audit-log.ts';
export { conversationStoreContract, type ConversationStoreUnderTest } from './conversation-store.contract.ts';
export { FakeConversationStore } from './fake-conversation-store.ts';
export { FakeConversations } from './fake-conversations.ts';
export { FakeInboundStore } from './fake-inbound-store.ts';
export { FakeRepositoryStore } from './fake-repository-store.ts';
export {
  anInbound,
  aTrigger,
  inboundStoreContract,
  type InboundStoreUnderTest,
} from './inbound-store.contract.ts';
export {
  aRepository,
  repositoryStoreContract,
  type RepositoryStoreUnderTest,
} from './repository-store.contract.ts';
export { FakeSpool } from './fake-spool.ts';
export { branchPublisherContract, type PublisherUnderTest } from './branch-publisher.contract.ts';
export { FakeBranchPublisher } from './fake-branch-publisher.ts';
export { FakeForge } from './fake-forge.ts';
export { FakeForgeRepository, type FakePullRequest } from './fake-forge-repository.ts';
export { forgeContract, type ForgeLook, type ForgeUnderTest } from './forge.contract.ts';
export { conversationContract, type ConversationUnderTest, type NewRemark } from './conversation.contract.ts';
export { FakeWebhookStore } from './fake-webhook-store.ts';
export { aWebhookEndpoint, webhookStoreContract, type WebhooksUnderTest } from './webhook-store.contract.ts';
