import { aNewTask, aRepository, inboundStoreContract, openSession } from '@drydock/engine/testing';
import { PgRepositoryStore } from '../repositories/pg-repository-store.ts';
import { usePgStores } from '../testing/pg-stores.ts';
import { PgInboundStore } from './pg-inbound-store.ts';

const make = usePgStores();

inboundStoreContract('PostgreSQL', async () => {
  const stores = await make();
  const { database, tasks, addTeam, endLease } = stores;
  return {
    inbound: new PgInboundStore(database),
    openSession: (name) => openSession(stores, name),
    endLease,
    advance: async (ms) => {
      await database.rows({
        text: `UPDATE "InboundDelivery" SET "receivedAt" = "receivedAt" - $1::float8 * interval '1 millisecond',
          "notBefore" = "notBefore" - $1::float8 * interval '1 millisecond'`,
        values: [ms],
      });
    },
    aConversation: async () => {
      const teamId = await addTeam();
      const { task } = await tasks.submit(aNewTask(teamId), null);
      const { id } = await new PgRepositoryStore(database).create(aRepository(teamId));
      return { taskId: task.id, repositoryId: id };
    },
  };
});
