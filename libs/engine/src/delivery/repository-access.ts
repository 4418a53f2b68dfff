import type { TeamId } from '@drydock/domain';
import type { ForgeRepository } from '../ports/forge.ts';
import type { RepositoryStore } from '../ports/repository-store.ts';

/** What the settings of a repository mean for one team. */
export interface RepositoryAccess {
  /** Whether the installation's own credential may be used: never for what another team has claimed. */
  readonly mayUseOurToken: boolean;
  readonly mayEditWorkflows: boolean;
  /** Globs; empty: every path. */
  readonly allowedPaths: readonly string[];
}

/** A repository that nobody has set up is open to every team of the installation, as far as its credential goes. */
export const repositoryAccess = async (
  repositories: Pick<RepositoryStore, 'find'>,
  teamId: TeamId,
  repository: ForgeRepository,
): Promise<RepositoryAccess> => {
  const known = await repositories.find(repository);
  const isOurs = known?.teamId === teamId;
  return {
    mayUseOurToken: known === null || isOurs,
    mayEditWorkflows: isOurs && known.forge.workflowEdits,
    allowedPaths: isOurs ? known.forge.allowedPaths : [],
  };
};
