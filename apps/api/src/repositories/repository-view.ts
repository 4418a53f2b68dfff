import type { Repository } from '@drydock/contracts';
import { AppError, isRepositoryId, type RepositoryId } from '@drydock/domain';
import type { RepositoryRecord } from '@drydock/engine';

/** An id of another shape is as unknown as a made-up one. @throws AppError `not_found`. */
export const repositoryIdOf = (text: string): RepositoryId => {
  if (!isRepositoryId(text)) throw new AppError('not_found', 'There is no such repository.');
  return text;
};

/** A repository as clients see it. */
export const repositoryView = ({
  id,
  teamId,
  forge,
  createdAt,
  updatedAt,
}: RepositoryRecord): Repository => ({
  id,
  teamId,
  forge,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
