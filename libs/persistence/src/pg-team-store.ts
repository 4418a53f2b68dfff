import { isScope, type ApiKeyId, type TeamId } from '@drydock/domain';
import type { KeyRecord, NewKey, TeamRecord, TeamSettings, TeamStore } from '@drydock/engine';
import type { Database } from './database.ts';
import type { ApiKey, Team } from './generated/client.ts';

const MOST_KEYS = 1_000;

const teamOf = ({ id, name, weight, maxConcurrent, maxQueued, createdAt }: Team): TeamRecord => ({
  id: id as TeamId,
  name,
  weight,
  maxConcurrent,
  maxQueued,
  createdAt,
});

const keyOf = ({ id, scopes, requestsPerSecond, createdAt, expiresAt, revokedAt }: ApiKey): KeyRecord => ({
  id: id as ApiKeyId,
  scopes: scopes.filter(isScope),
  requestsPerSecond,
  createdAt,
  expiresAt,
  revokedAt,
});

/** Teams in PostgreSQL. Claims and submits read the limits there each time. */
export class PgTeamStore implements TeamStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(id: TeamId, settings: TeamSettings): Promise<TeamRecord> {
    return teamOf(await this.#database.prisma(({ team }) => team.create({ data: { id, ...settings } })));
  }

  async get(id: TeamId): Promise<TeamRecord | null> {
    const found = await this.#database.prisma(({ team }) => team.findUnique({ where: { id } }));
    return found && teamOf(found);
  }

  async list({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rows = await this.#database.prisma(({ team }) =>
      team.findMany({ where: { id: { gt: cursor ?? '' } }, orderBy: { id: 'asc' }, take: limit + 1 }),
    );
    const items = rows.slice(0, limit).map(teamOf);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async change(id: TeamId, change: Partial<TeamSettings>): Promise<TeamRecord | null> {
    const [changed] = await this.#database.prisma(({ team }) =>
      team.updateManyAndReturn({ where: { id }, data: change }),
    );
    return changed === undefined ? null : teamOf(changed);
  }

  async addKey(teamId: TeamId, key: NewKey): Promise<KeyRecord | null> {
    // Teams are never deleted: what is found here is there for the foreign key.
    if ((await this.get(teamId)) === null) return null;
    const data = { ...key, teamId, scopes: [...key.scopes] };
    return keyOf(await this.#database.prisma(({ apiKey }) => apiKey.create({ data })));
  }

  async keys(teamId: TeamId): Promise<KeyRecord[] | null> {
    if ((await this.get(teamId)) === null) return null;
    const rows = await this.#database.prisma(({ apiKey }) =>
      apiKey.findMany({
        where: { teamId },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        take: MOST_KEYS,
      }),
    );
    return rows.map(keyOf);
  }

  async revokeKey(teamId: TeamId, keyId: ApiKeyId): Promise<boolean> {
    const rows = await this.#database.rows({
      text: `UPDATE "ApiKey" SET "revokedAt" = coalesce("revokedAt", now()) WHERE "id" = $1 AND "teamId" = $2 RETURNING 1`,
      values: [keyId, teamId],
    });
    return rows.length > 0;
  }
}
