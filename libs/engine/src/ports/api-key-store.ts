import type { ApiKeyId, Scope, TeamId } from '@drydock/domain';

export interface ApiKeyRecord {
  readonly id: ApiKeyId;
  readonly teamId: TeamId;
  /** SHA-256 of the whole key, lowercase hex. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  /** Null: the installation's own rate. */
  readonly requestsPerSecond: number | null;
  /** Null: it opens its team until it is revoked. */
  readonly expiresAt: Date | null;
  /** Null: it was not revoked. */
  readonly revokedAt: Date | null;
}

export interface ApiKeyStore {
  /** By the public part of the key; null when unknown. One that was revoked or has expired says so. */
  find(keyId: string): Promise<ApiKeyRecord | null>;
  /** Makes the first team (if there is none) and this key for it with all scopes (if absent). Idempotent. */
  ensureFirstKey(keyId: string, sha256: string): Promise<void>;
  /** Whether any key exists. */
  hasAny(): Promise<boolean>;
}
