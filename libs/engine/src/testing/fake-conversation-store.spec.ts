import type { SessionId, TeamId } from '@drydock/domain';
import { queuedTask } from '../ports/queued-task.ts';
import { conversationStoreContract } from './conversation-store.contract.ts';
import { FakeConversationStore } from './fake-conversation-store.ts';
import { aRepository } from './repository-store.contract.ts';
import { aNewTask } from './stores-under-test.ts';

conversationStoreContract('FakeConversationStore', async () => {
  const store = new FakeConversationStore();
  const teamId = 'team' as TeamId;
  return {
    store,
    openSession: async (name) => name as SessionId,
    endLease: async (session) => store.endLease(session),
    advance: async (ms) => store.advance(ms),
    aConversation: async () => {
      const task = queuedTask(aNewTask(teamId), new Date());
      const { id: repositoryId, forge } = aRepository(teamId);
      const where = { repositoryId, number: 7, isPullRequest: false };
      store.add(task, forge, { ...where, sender: 'octocat', trigger: 'label', commentId: null });
      return task.id;
    },
    cancel: async (taskId) => store.change(taskId, { status: 'cancelled', outcome: 'cancelled' }),
  };
});
