import { randomBytes } from 'node:crypto';
import { isScope, SCOPES, teamIdFrom, type ApiKeyId, type TeamId } from '@drydock/domain';
import type { ApiKeyRecord, ApiKeyStore } from '@drydock/engine';
import type { Database } from './database.ts';

/** Any number that no other lock uses: two first starts must not make two first teams. */
const FIRST_TEAM_LOCK = 7_305_113;

/** API keys in PostgreSQL, hashed. */
export class PgApiKeyStore implements ApiKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(keyId: string): Promise<ApiKeyRecord | null> {
    const key = await this.#database.prisma((prisma) => prisma.apiKey.findUnique({ where: { id: keyId } }));
    if (key === null) return null;
    return {
      id: key.id as ApiKeyId,
      teamId: key.teamId as TeamId,
      sha256: key.sha256,
      scopes: key.scopes.filter(isScope),
      requestsPerSecond: key.requestsPerSecond,
      expiresAt: key.expiresAt,
      revokedAt: key.revokedAt,
    };
  }

  async ensureFirstKey(keyId: string, sha256: string): Promise<void> {
    const newTeam = teamIdFrom(Date.now(), randomBytes(16));
    await this.#database.prisma((prisma) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_TEAM_LOCK}::bigint)`;
        const team =
          (await tx.team.findFirst({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })) ??
          (await tx.team.create({ data: { id: newTeam, name: 'default' } }));
        const key = { id: keyId, teamId: team.id, sha256, scopes: [...SCOPES] };
        await tx.apiKey.createMany({ data: [key], skipDuplicates: true });
      }),
    );
  }

  async hasAny(): Promise<boolean> {
    const key = await this.#database.prisma((prisma) => prisma.apiKey.findFirst({ select: { id: true } }));
    return key !== null;
  }
}
