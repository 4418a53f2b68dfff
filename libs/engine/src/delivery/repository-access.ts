import type { TeamId } from '@drydock/domain';
import type { ForgeRepository } from '../ports/forge.ts';
import type { RepositoryStore } from '../ports/repository-store.ts';

/** What the settings of a repository mean for one team. */
export interface RepositoryAccess {
  /** Whether the installation's own credential may be used: for what the team has set up, or by the only team. */
  readonly mayUseOurToken: boolean;
  readonly mayEditWorkflows: boolean;
  /** Globs; empty: every path. */
  readonly allowedPaths: readonly string[];
}

/** What `repositoryAccess` asks. */
export type AccessStore = Pick<RepositoryStore, 'find' | 'isOnlyTeam'>;

/**
 * The credential of the installation sees more than one team may: with several, each gets at what was set up for it, which
 * takes an administrator. A team that is alone need not set anything up.
 */
export const repositoryAccess = async (
  repositories: AccessStore,
  teamId: TeamId,
  repository: ForgeRepository,
): Promise<RepositoryAccess> => {
  const known = await repositories.find(repository);
  const isOurs = known?.teamId === teamId;
  return {
    mayUseOurToken:
      (isOurs && known.forge.enabled) || (known === null && (await repositories.isOnlyTeam(teamId))),
    mayEditWorkflows: isOurs && known.forge.workflowEdits,
    allowedPaths: isOurs ? known.forge.allowedPaths : [],
  };
};
