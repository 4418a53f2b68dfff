import type { TeamId, WebhookEndpointId, WebhookEvent } from '@drydock/domain';
import type { TaskFailure, WebhookEndpointRecord } from '@drydock/engine';

export interface EndpointRow {
  readonly id: WebhookEndpointId;
  readonly teamId: TeamId;
  readonly kind: 'endpoint' | 'callbacks';
  readonly url: string | null;
  readonly description: string;
  readonly events: WebhookEvent[];
  readonly enabled: boolean;
  readonly disabledReason: TaskFailure | null;
  readonly failingSince: Date | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Select list of an `EndpointRow`, of a table named `e`; never the secrets. */
export const ENDPOINT_COLUMNS = `e."id", e."teamId", e."kind", e."url", e."description", e."events", e."enabled",
  e."disabledReason", e."failingSince", CASE WHEN e."previousSecretUntil" > now() THEN e."previousSecretUntil" END
  AS "previousSecretUntil", e."createdAt", e."updatedAt"`;

export const endpointOf = (row: EndpointRow): WebhookEndpointRecord => ({ ...row });

/** What the sealer authenticates along with a secret: it opens for this endpoint only. */
export const webhookSecretPurpose = (id: WebhookEndpointId): string => `webhook_endpoint:${id}`;
