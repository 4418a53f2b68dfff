import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pullRequestDeliveryId } from '@drydock/domain';
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
  const claimed = await inbound.claimNext(await openSession(stores, 'inbound'), []);
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

describe('a task whose end was told', () => {
  it('is told of again when its pull request is asked for again', async () => {
    const stores = await make();
    const { database, deliveries } = stores;
    const store = new PgConversationStore(database);
    const { taskId, teamId } = await link(stores);
    const session = await openSession(stores, 'w');
    const claim = await store.claimNext(session, []);
    if (claim === null) throw new Error('There was nothing to tell.');
    const id = pullRequestDeliveryId(taskId);
    await database.rows({
      text: `INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state", "order")
        VALUES ($1, $2, $3, 'pull_request', 'failed', '{}')`,
      values: [id, taskId, teamId],
    });
    await store.settle(claim.fence, { seq: claim.seq, shown: 'digest', isOver: true, restMs: 0 });
    expect(await store.countDue(session, [], 10)).toBe(0);
    await deliveries.retry(teamId, id, null);
    expect(await store.countDue(session, [], 10)).toBe(1);
  });
});
