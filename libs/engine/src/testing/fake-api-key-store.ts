import { createHash } from 'node:crypto';
import { apiKeyIdOf, SCOPES, type ApiKeyId, type Scope, type TeamId } from '@drydock/domain';
import type { ApiKeyRecord, ApiKeyStore } from '../ports/api-key-store.ts';

/** API keys in memory; counts look-ups. */
export class FakeApiKeyStore implements ApiKeyStore {
  finds = 0;
  readonly #records = new Map<string, ApiKeyRecord>();

  add(
    key: string,
    teamId: string,
    scopes: readonly Scope[] = SCOPES,
    requestsPerSecond: number | null = null,
  ): void {
    const id = apiKeyIdOf(key);
    if (id === null) throw new Error('not a key');
    const sha256 = createHash('sha256').update(key).digest('hex');
    const owner = { id: id as ApiKeyId, teamId: teamId as TeamId };
    this.#records.set(id, { ...owner, sha256, scopes, requestsPerSecond, expiresAt: null, revokedAt: null });
  }

  set(record: ApiKeyRecord): void {
    this.#records.set(record.id, record);
  }

  revoke(keyId: string, revokedAt: Date): void {
    const record = this.#records.get(keyId);
    if (record) this.#records.set(keyId, { ...record, revokedAt });
  }

  async find(keyId: string): Promise<ApiKeyRecord | null> {
    this.finds++;
    return this.#records.get(keyId) ?? null;
  }

  async ensureFirstKey(keyId: string, sha256: string): Promise<void> {
    if (this.#records.has(keyId)) return;
    this.#records.set(keyId, {
      id: keyId as ApiKeyId,
      teamId: 'team_first' as TeamId,
      sha256,
      scopes: SCOPES,
      requestsPerSecond: null,
      expiresAt: null,
      revokedAt: null,
    });
  }

  async hasAny(): Promise<boolean> {
    return this.#records.size > 0;
  }
}
