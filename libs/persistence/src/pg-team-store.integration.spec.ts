import { teamStoreContract } from '@drydock/engine/testing';
import { PgTeamStore } from './pg-team-store.ts';
import { usePgStores } from './testing/pg-stores.ts';

const make = usePgStores();

teamStoreContract('PostgreSQL', async () => {
  const { database, keys } = await make();
  return { teams: new PgTeamStore(database), keys };
});
