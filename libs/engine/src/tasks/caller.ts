import type { ApiKeyId, Scope, TeamId } from '@drydock/domain';

/** Who sends a request, as its API key says. */
export interface Caller {
  readonly keyId: ApiKeyId;
  readonly teamId: TeamId;
  readonly scopes: readonly Scope[];
  /** The key's own rate; null: the installation's. */
  readonly requestsPerSecond: number | null;
}
