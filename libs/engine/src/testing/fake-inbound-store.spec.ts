import type { RepositoryId, SessionId, TaskId } from '@drydock/domain';
import { FakeInboundStore } from './fake-inbound-store.ts';
import { inboundStoreContract } from './inbound-store.contract.ts';

inboundStoreContract('in memory', async () => {
  const inbound = new FakeInboundStore();
  return {
    inbound,
    openSession: async (name) => name as SessionId,
    endLease: async (session) => {
      inbound.endLease(session);
    },
    advance: async (ms) => {
      inbound.advance(ms);
    },
    aConversation: async () => ({ taskId: 'task_1' as TaskId, repositoryId: 'repo_1' as RepositoryId }),
  };
});
