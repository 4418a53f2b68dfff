import { randomBytes } from 'node:crypto';
import {
  aNewTask,
  anInbound,
  aRepository,
  conversationStoreContract,
  openSession,
} from '@drydock/engine/testing';
import { PgInboundStore } from '../inbound/pg-inbound-store.ts';
import { PgRepositoryStore } from '../repositories/pg-repository-store.ts';
import { usePgStores, type PgStores } from '../testing/pg-stores.ts';
import { PgConversationStore } from './pg-conversation-store.ts';

const make = usePgStores();

/** As a worker links a task to the conversation that asked for it. */
const link = async (stores: PgStores) => {
  const { database, tasks, addTeam } = stores;
  const teamId = await addTeam();
  const { task } = await tasks.submit(aNewTask(teamId), null);
  const name = 'shop';
  const owner = 'acme';
  const repositories = new PgRepositoryStore(database);
  const known = await repositories.find({ owner, name });
  const { id: repositoryId } = known ?? (await repositories.create(aRepository(teamId, { owner, name })));
  const inbound = new PgInboundStore(database);
  await inbound.receive(anInbound(randomBytes(8).toString('hex')));
  const claimed = await inbound.claimNext(await openSession(stores, 'inbound'));
  if (claimed === null) throw new Error('There was nothing to link.');
  const origin = { repositoryId, number: 7, isPullRequest: false, sender: 'octocat', trigger: 'label' };
  const started = { taskId: task.id, origin: { ...origin, commentId: null } };
  await inbound.settle(claimed.fence, { state: 'accepted', reason: 'started', teamId, started });
  return { taskId: task.id, teamId };
};

conversationStoreContract('PostgreSQL', async () => {
  const stores = await make();
  const { database, tasks, endLease } = stores;
  const teams = new Map<string, Awaited<ReturnType<typeof link>>['teamId']>();
  return {
    store: new PgConversationStore(database),
    openSession: (name) => openSession(stores, name),
    endLease,
    advance: async (ms) => {
      await database.rows({
        text: `UPDATE "TriggerLink" SET "notBefore" = "notBefore" - $1::float8 * interval '1 millisecond'`,
        values: [ms],
      });
    },
    aConversation: async () => {
      const { taskId, teamId } = await link(stores);
      teams.set(taskId, teamId);
      return taskId;
    },
    cancel: async (taskId) => {
      const teamId = teams.get(taskId);
      if (teamId === undefined) throw new Error('There is no such task.');
      await tasks.cancel(teamId, taskId);
    },
  };
});
