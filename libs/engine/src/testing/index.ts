export { apiKeyStoreContract } from './api-key-store.contract.ts';
export { artifactStoreContract } from './artifact-store.contract.ts';
export { attemptStoreContract } from './attempt-store.contract.ts';
export { eventLogContract } from './event-log.contract.ts';
export { sessionStoreContract } from './session-store.contract.ts';
export {
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
export { FakeTaskStore } from './fake-task-store.ts';
export { FakeWakeUps } from './fake-wake-ups.ts';
export { FakeEndpoint, FakeGateway } from './fake-gateway.ts';
export { gatewayContract, type GatewayUnderTest } from './gateway.contract.ts';
