import type { ApiKeyId, Scope, TeamId } from '@drydock/domain';

/** What an operator decides about a team. A null limit means none. */
export interface TeamSettings {
  readonly name: string;
  /** Its share of the slots is its weight over the weights of all teams that have work. */
  readonly weight: number;
  /** 0 pauses the team. */
  readonly maxConcurrent: number | null;
  /** Submits are refused with `queue_full` from here on; what comes back from a worker never is. */
  readonly maxQueued: number | null;
}

export interface TeamRecord extends TeamSettings {
  readonly id: TeamId;
  readonly createdAt: Date;
}

export interface NewKey {
  /** The public part. */
  readonly id: ApiKeyId;
  /** SHA-256 of the whole key, lowercase hex. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  /** Null: the installation's own rate. */
  readonly requestsPerSecond: number | null;
  /** Null: it opens its team until it is revoked. */
  readonly expiresAt: Date | null;
}

export interface KeyRecord extends Omit<NewKey, 'sha256'> {
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** Teams and their keys, for the operator. Limits hold from the next claim and the next submit on. */
export interface TeamStore {
  create(id: TeamId, settings: TeamSettings): Promise<TeamRecord>;
  get(id: TeamId): Promise<TeamRecord | null>;
  /** By id. `cursor` is the `next` of the page before; `next` null on the last one. */
  list(page: {
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ items: TeamRecord[]; next: string | null }>;
  /** Null: no such team. */
  change(id: TeamId, change: Partial<TeamSettings>): Promise<TeamRecord | null>;
  /** Null: no such team. */
  addKey(teamId: TeamId, key: NewKey): Promise<KeyRecord | null>;
  /** Newest first, revoked ones too, at most 1,000. Null: no such team. */
  keys(teamId: TeamId): Promise<KeyRecord[] | null>;
  /** Idempotent: the first time counts. False: the team has no such key. */
  revokeKey(teamId: TeamId, keyId: ApiKeyId): Promise<boolean>;
}
