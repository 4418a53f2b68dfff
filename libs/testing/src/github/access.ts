import { notFound, Refusal } from './refusal.ts';
import type { Caller } from './github-state.ts';
import type { Level, RepositoryState } from './repository-state.ts';
import type { AppPermissions } from './wire-types.ts';

/** What a request needs: of an App a permission, of a user a level. */
export interface Need {
  readonly permission: keyof AppPermissions;
  /** Another that will do as well. */
  readonly or?: keyof AppPermissions;
  readonly level: 'read' | 'write';
  /** Where a user needs less than an App does: whoever reads may comment. */
  readonly userLevel?: 'read' | 'write';
}

const RANK: Readonly<Record<Level, number>> = { none: 0, read: 1, write: 2, admin: 3 };

/** What a caller may do with a repository, or null when it must not even know of it. */
export const rightsOf = (caller: Caller, repository: RepositoryState): Level | null => {
  if (caller.kind === 'user') {
    const level = repository.levelOf(caller.login);
    return level === 'none' ? null : level;
  }
  if (caller.kind === 'installation') {
    const isIncluded = caller.repositories?.has(repository.id) ?? true;
    return isIncluded ? (caller.permissions.contents ?? 'read') : null;
  }
  return repository.isPrivate ? null : 'read';
};

const mayInstallation = (permissions: AppPermissions, { permission, or, level }: Need): boolean =>
  [permission, or].some((name) => {
    if (name === undefined) return false;
    const granted = name === 'metadata' ? 'read' : permissions[name];
    return granted === 'write' || granted === level;
  });

/** Issues and pull requests share routes. For an issue the permission for pull requests will not do. */
export const needFor = (
  need: Need,
  { issues }: RepositoryState,
  { issue_number, comment_id }: Readonly<Record<string, string>>,
): Need => {
  const about = issues.find(
    ({ number, comments }) =>
      String(number) === issue_number || comments.some(({ id }) => String(id) === comment_id),
  );
  if (about?.pull !== null) return need;
  const { permission, level, userLevel = level } = need;
  return { permission, level, userLevel };
};

/** Throws the Refusal that GitHub answers with. */
export const mustBeGranted = (caller: Caller, repository: RepositoryState, need: Need): void => {
  const rights = rightsOf(caller, repository);
  if (rights === null) throw notFound();
  if (caller.kind === 'installation' && !mayInstallation(caller.permissions, need))
    throw new Refusal(403, 'Resource not accessible by integration', {
      headers: { 'x-accepted-github-permissions': `${need.permission}=${need.level}` },
    });
  if (caller.kind === 'user' && RANK[rights] < RANK[need.userLevel ?? need.level])
    throw new Refusal(403, 'Must have push access to the repository.');
  if (caller.kind === 'anonymous' && need.level === 'write')
    throw new Refusal(401, 'Requires authentication');
  if (repository.isArchived && need.level === 'write')
    throw new Refusal(403, 'Repository was archived so is read-only.');
};
