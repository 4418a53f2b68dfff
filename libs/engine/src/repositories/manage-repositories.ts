import { randomBytes } from 'node:crypto';
import type { RepositoryChangeRequest, RepositoryRequest } from '@drydock/contracts';
import { AppError, repositoryIdFrom, type RepositoryId, type TeamId } from '@drydock/domain';
import type { RepositoryChange, RepositoryRecord, RepositoryStore } from '../ports/repository-store.ts';
import type { Caller } from '../tasks/caller.ts';

const noRepository = (): AppError => new AppError('not_found', 'There is no such repository.');

type Given = RepositoryChangeRequest['forge'];

const withoutUndefined = <T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

const changeOf = ({ triggers, ...rest }: Given): RepositoryChange => ({
  ...withoutUndefined(rest),
  ...(triggers !== undefined && { triggers: withoutUndefined(triggers) }),
});

/** Repositories whose events may start tasks. Methods that name one throw `not_found`, also for another team's. */
export class ManageRepositories {
  readonly #repositories: RepositoryStore;

  constructor(repositories: RepositoryStore) {
    this.#repositories = repositories;
  }

  /**
   * Lends the installation's credential for this repository to a team, which is why an operator does it; from then on it is
   * the team's.
   * @throws AppError `repository_taken`; `not_found` when there is no such team.
   */
  create(caller: Caller, { teamId, forge }: RepositoryRequest): Promise<RepositoryRecord> {
    return this.#repositories.create({
      id: repositoryIdFrom(Date.now(), randomBytes(16)),
      teamId: (teamId ?? caller.teamId) as TeamId,
      forge,
    });
  }

  async get(caller: Caller, id: RepositoryId): Promise<RepositoryRecord> {
    const found = await this.#repositories.get(caller.teamId, id);
    if (found === null) throw noRepository();
    return found;
  }

  list(caller: Caller, page: { limit: number; cursor?: string | undefined }) {
    return this.#repositories.list(caller.teamId, page);
  }

  async change(
    caller: Caller,
    id: RepositoryId,
    { forge }: RepositoryChangeRequest,
  ): Promise<RepositoryRecord> {
    const changed = await this.#repositories.change(caller.teamId, id, changeOf(forge));
    if (changed === null) throw noRepository();
    return changed;
  }

  async remove(caller: Caller, id: RepositoryId): Promise<void> {
    if (!(await this.#repositories.remove(caller.teamId, id))) throw noRepository();
  }
}
