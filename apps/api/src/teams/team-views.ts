import type { ApiKey, Team } from '@drydock/contracts';
import type { KeyRecord, TeamRecord } from '@drydock/engine';

/** A team as operators see it. */
export const teamView = ({ createdAt, ...team }: TeamRecord): Team => ({
  ...team,
  createdAt: createdAt.toISOString(),
});

/** A key as operators see it: never the secret, nor its hash. */
export const keyView = ({
  id,
  scopes,
  requestsPerSecond,
  createdAt,
  expiresAt,
  revokedAt,
}: KeyRecord): ApiKey => ({
  id,
  scopes: [...scopes],
  requestsPerSecond,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});
