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
    const record = { id: id as ApiKeyId, teamId: teamId as TeamId, sha256, scopes, requestsPerSecond };
    this.#records.set(id, record);
  }

  set(record: ApiKeyRecord): void {
    this.#records.set(record.id, record);
  }

  remove(keyId: string): void {
    this.#records.delete(keyId);
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
    });
  }

  async hasAny(): Promise<boolean> {
    return this.#records.size > 0;
  }
}
