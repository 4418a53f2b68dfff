import { FakeApiKeyStore } from './fake-api-key-store.ts';
import { FakeTeamStore } from './fake-team-store.ts';
import { teamStoreContract } from './team-store.contract.ts';

teamStoreContract('in memory', async () => {
  const keys = new FakeApiKeyStore();
  return { keys, teams: new FakeTeamStore(keys) };
});
