import { AppError, type RepositoryId, type TeamId } from '@drydock/domain';
import type { ForgeRepository } from '../ports/forge.ts';
import type {
  NewRepository,
  RepositoryChange,
  RepositoryRecord,
  RepositoryStore,
} from '../ports/repository-store.ts';

const nameOf = ({ owner, name }: ForgeRepository): string => `${owner}/${name}`.toLowerCase();

/** Repositories in memory. `teams`: those that there are; null: any one team, which is alone. */
export class FakeRepositoryStore implements RepositoryStore {
  readonly #repositories = new Map<RepositoryId, RepositoryRecord>();
  readonly #teams: ReadonlySet<TeamId> | null;

  constructor(teams: ReadonlySet<TeamId> | null = null) {
    this.#teams = teams;
  }

  async create(repository: NewRepository): Promise<RepositoryRecord> {
    if (this.#teams?.has(repository.teamId) === false)
      throw new AppError('not_found', 'There is no such team.');
    if ((await this.find(repository.forge)) !== null)
      throw new AppError('repository_taken', 'This repository is set up already.');
    const now = new Date();
    const record = { ...repository, forgeId: null, createdAt: now, updatedAt: now };
    this.#repositories.set(record.id, record);
    return record;
  }

  async get(teamId: TeamId, id: RepositoryId): Promise<RepositoryRecord | null> {
    return this.#within(teamId, id);
  }

  async list(teamId: TeamId, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rest = [...this.#repositories.values()]
      .filter((found) => found.teamId === teamId && found.id < (cursor ?? 'z'))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async change(
    teamId: TeamId,
    id: RepositoryId,
    { triggers, ...change }: RepositoryChange,
  ): Promise<RepositoryRecord | null> {
    const found = this.#within(teamId, id);
    if (found === null) return null;
    const forge = { ...found.forge, ...change, triggers: { ...found.forge.triggers, ...triggers } };
    const changed = { ...found, forge, updatedAt: new Date() };
    this.#repositories.set(id, changed);
    return changed;
  }

  async remove(teamId: TeamId, id: RepositoryId): Promise<boolean> {
    return this.#within(teamId, id) !== null && this.#repositories.delete(id);
  }

  async find(name: ForgeRepository): Promise<RepositoryRecord | null> {
    return [...this.#repositories.values()].find(({ forge }) => nameOf(forge) === nameOf(name)) ?? null;
  }

  async findByForgeId(forgeId: number): Promise<RepositoryRecord | null> {
    return [...this.#repositories.values()].find((one) => one.forgeId === forgeId) ?? null;
  }

  async noteForgeId(id: RepositoryId, forgeId: number): Promise<void> {
    const found = this.#repositories.get(id);
    if (found?.forgeId === null && (await this.findByForgeId(forgeId)) === null)
      this.#repositories.set(id, { ...found, forgeId });
  }

  async rename(id: RepositoryId, { owner, name }: ForgeRepository): Promise<RepositoryRecord | null> {
    const found = this.#repositories.get(id);
    if (found === undefined || (await this.find({ owner, name })) !== null) return null;
    const renamed = { ...found, forge: { ...found.forge, owner, name }, updatedAt: new Date() };
    this.#repositories.set(id, renamed);
    return renamed;
  }

  async isOnlyTeam(teamId: TeamId): Promise<boolean> {
    return [...(this.#teams ?? [])].every((each) => each === teamId);
  }

  #within(teamId: TeamId, id: RepositoryId): RepositoryRecord | null {
    const found = this.#repositories.get(id);
    return found !== undefined && found.teamId === teamId ? found : null;
  }
}
