import { randomBytes } from 'node:crypto';
import { apiKeyIdOf, AppError, teamIdFrom, type ApiKeyId, type TeamId } from '@drydock/domain';
import type { KeyRecord, NewKey, TeamRecord, TeamSettings, TeamStore } from '../ports/team-store.ts';
import { apiKeyHash, type Authenticate } from './authenticate.ts';
import { newApiKey } from './new-api-key.ts';

/** What is left out, or undefined, stays as it is. */
type TeamChange = { readonly [K in keyof TeamSettings]?: TeamSettings[K] | undefined };

const noTeam = (): AppError => new AppError('not_found', 'There is no such team.');

/** What an operator does with teams and their keys. Methods that name a team throw `not_found` when there is none. */
export class ManageTeams {
  readonly #teams: TeamStore;
  readonly #authenticate: Authenticate;

  constructor(teams: TeamStore, authenticate: Authenticate) {
    this.#teams = teams;
    this.#authenticate = authenticate;
  }

  create(settings: TeamSettings): Promise<TeamRecord> {
    return this.#teams.create(teamIdFrom(Date.now(), randomBytes(16)), settings);
  }

  async get(id: TeamId): Promise<TeamRecord> {
    const team = await this.#teams.get(id);
    if (team === null) throw noTeam();
    return team;
  }

  async change(id: TeamId, wish: TeamChange): Promise<TeamRecord> {
    const given = Object.entries(wish).filter(([, value]) => value !== undefined);
    const team = await this.#teams.change(id, Object.fromEntries(given));
    if (team === null) throw noTeam();
    return team;
  }

  async keys(id: TeamId): Promise<KeyRecord[]> {
    const keys = await this.#teams.keys(id);
    if (keys === null) throw noTeam();
    return keys;
  }

  /** @returns with `key`, which nobody can read again. */
  async issueKey(
    teamId: TeamId,
    wish: Omit<NewKey, 'id' | 'sha256'>,
  ): Promise<KeyRecord & { readonly key: string }> {
    const key = newApiKey();
    const id = apiKeyIdOf(key) as ApiKeyId;
    const record = await this.#teams.addKey(teamId, { ...wish, id, sha256: apiKeyHash(key) });
    if (record === null) throw noTeam();
    return { ...record, key };
  }

  /** Holds at once in this process, within a second in the others. @throws AppError `not_found`. */
  async revokeKey(teamId: TeamId, keyId: ApiKeyId): Promise<void> {
    if (!(await this.#teams.revokeKey(teamId, keyId)))
      throw new AppError('not_found', 'The team has no such key.');
    this.#authenticate.forget(keyId);
  }
}
