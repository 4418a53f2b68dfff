import type { ApiKeyId, TeamId } from '@drydock/domain';
import type { KeyRecord, NewKey, TeamRecord, TeamSettings, TeamStore } from '../ports/team-store.ts';
import type { FakeApiKeyStore } from './fake-api-key-store.ts';

/** Teams in memory; their keys open the `FakeApiKeyStore` beside it. */
export class FakeTeamStore implements TeamStore {
  readonly #keysInUse: FakeApiKeyStore;
  readonly #teams = new Map<TeamId, TeamRecord>();
  readonly #keys = new Map<TeamId, KeyRecord[]>();

  constructor(keys: FakeApiKeyStore) {
    this.#keysInUse = keys;
  }

  async create(id: TeamId, settings: TeamSettings): Promise<TeamRecord> {
    const team = { ...settings, id, createdAt: new Date() };
    this.#teams.set(id, team);
    this.#keys.set(id, []);
    return team;
  }

  async get(id: TeamId): Promise<TeamRecord | null> {
    return this.#teams.get(id) ?? null;
  }

  async list({ limit, cursor = '' }: { limit: number; cursor?: string | undefined }) {
    const rest = [...this.#teams.values()]
      .filter(({ id }) => id > cursor)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async change(id: TeamId, change: Partial<TeamSettings>): Promise<TeamRecord | null> {
    const team = this.#teams.get(id);
    if (team === undefined) return null;
    const changed = { ...team, ...change };
    this.#teams.set(id, changed);
    return changed;
  }

  async addKey(teamId: TeamId, { sha256, ...key }: NewKey): Promise<KeyRecord | null> {
    const keys = this.#keys.get(teamId);
    if (keys === undefined) return null;
    const record = { ...key, createdAt: new Date(), revokedAt: null };
    keys.unshift(record);
    this.#keysInUse.set({ ...key, teamId, sha256, revokedAt: null });
    return record;
  }

  async keys(teamId: TeamId): Promise<KeyRecord[] | null> {
    return this.#keys.get(teamId) ?? null;
  }

  async revokeKey(teamId: TeamId, keyId: ApiKeyId): Promise<boolean> {
    const keys = this.#keys.get(teamId) ?? [];
    const index = keys.findIndex(({ id }) => id === keyId);
    const key = keys[index];
    if (key === undefined) return false;
    const revokedAt = key.revokedAt ?? new Date();
    keys[index] = { ...key, revokedAt };
    this.#keysInUse.revoke(keyId, revokedAt);
    return true;
  }
}
