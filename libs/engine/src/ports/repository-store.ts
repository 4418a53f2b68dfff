import type { Repository } from '@drydock/contracts';
import type { RepositoryId, TeamId } from '@drydock/domain';
import type { ForgeRepository } from './forge.ts';

/** Where it is, and what events of it may start. */
export type RepositoryForge = Repository['forge'];
export type RepositoryTriggers = RepositoryForge['triggers'];

export interface NewRepository {
  readonly id: RepositoryId;
  readonly teamId: TeamId;
  readonly forge: RepositoryForge;
}

export interface RepositoryRecord extends NewRepository {
  /** The code host's own number, which outlives a rename; null: not asked yet. */
  readonly forgeId: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is left out stays; of the triggers each by itself, lists and limits whole. */
export interface RepositoryChange extends Partial<Omit<RepositoryForge, 'owner' | 'name' | 'triggers'>> {
  readonly triggers?: Partial<RepositoryTriggers>;
}

/**
 * Repositories whose events may start tasks. A name, in whatever case, is of one team at most. Another team's id is as good
 * as none.
 */
export interface RepositoryStore {
  /** Throws `repository_taken`, and `not_found` when there is no such team. */
  create(repository: NewRepository): Promise<RepositoryRecord>;
  get(teamId: TeamId, id: RepositoryId): Promise<RepositoryRecord | null>;
  /** Newest first. `cursor` is the `next` of the page before; `next` null on the last one. */
  list(
    teamId: TeamId,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: RepositoryRecord[]; next: string | null }>;
  /** Null: the team has none. */
  change(teamId: TeamId, id: RepositoryId, change: RepositoryChange): Promise<RepositoryRecord | null>;
  /** Its tasks stay; what they say at the code host ends. False: the team has none. */
  remove(teamId: TeamId, id: RepositoryId): Promise<boolean>;
  /** By its name at the code host, in any case. */
  find(name: ForgeRepository): Promise<RepositoryRecord | null>;
  /** By the code host's number, which it has been noted with; null: by that number none is known. */
  findByForgeId(forgeId: number): Promise<RepositoryRecord | null>;
  /** Keeps the number of one that had none; what is known stays. */
  noteForgeId(id: RepositoryId, forgeId: number): Promise<void>;
  /** It is called otherwise now. Null: another repository has that name here. */
  rename(id: RepositoryId, name: ForgeRepository): Promise<RepositoryRecord | null>;
  /** Whether the installation has no team but this one. */
  isOnlyTeam(teamId: TeamId): Promise<boolean>;
}
