import { repositoryStoreContract } from '@drydock/engine/testing';
import { usePgStores } from '../testing/pg-stores.ts';
import { PgRepositoryStore } from './pg-repository-store.ts';

const make = usePgStores();

repositoryStoreContract('PostgreSQL', async () => {
  const { database, addTeam } = await make();
  return { repositories: new PgRepositoryStore(database), addTeam: () => addTeam() };
});
