import type { TeamId } from '@drydock/domain';
import { FakeRepositoryStore } from './fake-repository-store.ts';
import { repositoryStoreContract } from './repository-store.contract.ts';

repositoryStoreContract('in memory', async () => {
  const teams = new Set<TeamId>();
  return {
    repositories: new FakeRepositoryStore(teams),
    addTeam: async () => {
      const id = `team_${String(teams.size)}` as TeamId;
      teams.add(id);
      return id;
    },
  };
});
