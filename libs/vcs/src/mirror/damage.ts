import { AppError } from '@drydock/domain';
import { GitFailed, hasNoRoom, RepositoryDamaged } from '../host/git-host.ts';
import { isCode } from './bare-repository.ts';

/** The store's fault, or that another worker removed it under our hands; a full disk, say, is neither. */
export const isDamage = (error: unknown): boolean =>
  error instanceof RepositoryDamaged ||
  isCode(error, 'ENOENT') ||
  (error instanceof GitFailed && !hasNoRoom(error.result));

/** On a fresh copy it is the repository's fault. */
export const asSourceFault = (error: unknown): unknown =>
  isDamage(error)
    ? new AppError('source_invalid', 'git cannot check this source out. Run `git fsck --strict` on it.', {
        cause: error,
      })
    : error;
