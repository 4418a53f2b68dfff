import { AppError, type ErrorCode, type TeamId } from '@drydock/domain';
import { repositoryAccess } from '../delivery/repository-access.ts';
import type { ForgeRepository } from '../ports/forge.ts';
import { patiently } from '../session/patiently.ts';
import type { AttemptContext } from './attempt-context.ts';

/** The code host itself is what fails, and may be back soon. */
const AWAY: readonly ErrorCode[] = ['forge_unreachable', 'forge_rate_limited'];

/**
 * What git reads the source with: the task's own token, else one for reading from the code host. Null: as anybody may, also
 * when the repository was not set up for this one of several teams, or the installation has no access there: it may be public;
 * if it is not, the source will say so.
 * @throws AppError `source_unreachable` when the code host cannot be asked for a token.
 */
export const sourceToken = async (
  { claim, held, ports, redactor }: Pick<AttemptContext, 'claim' | 'held' | 'ports' | 'redactor'>,
  url: string,
): Promise<string | null> => {
  if (claim.sourceToken !== null) return claim.sourceToken;
  const repository = ports.forge.repositoryOf(url);
  if (repository === null) return null;
  const repositories = {
    find: (name: ForgeRepository) => patiently(held, () => ports.repositories.find(name)),
    isOnlyTeam: (teamId: TeamId) => patiently(held, () => ports.repositories.isOnlyTeam(teamId)),
  };
  const { mayUseOurToken } = await repositoryAccess(repositories, claim.task.teamId, repository);
  if (!mayUseOurToken) return null;
  try {
    const token = await ports.forge.token(repository, 'read', { own: null, signal: held.signal });
    if (token !== null) redactor.learn([token]);
    return token;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (AWAY.includes(error.code)) throw new AppError('source_unreachable', error.detail, { cause: error });
    ports.telemetry.log.info({ taskId: claim.task.id, code: error.code }, 'no token for the source');
    return null;
  }
};
