import { randomBytes } from 'node:crypto';
import { webhookEndpointIdFrom, type TeamId } from '@drydock/domain';
import { newWebhookSecret } from '@drydock/engine';
import type { Queries } from '../database.ts';
import type { Sealer } from '../sealer.ts';
import { webhookSecretPurpose } from './endpoint-row.ts';

const HAS_ONE = `SELECT 1 FROM "WebhookEndpoint" WHERE "teamId" = $1 AND "kind" = 'callbacks'`;
const ADD = `INSERT INTO "WebhookEndpoint" ("id", "teamId", "kind", "description", "events", "secret")
  SELECT $2, "id", 'callbacks', 'Signs what goes to the callbackUrl of tasks', '{}', $3 FROM "Team" WHERE "id" = $1
  ON CONFLICT DO NOTHING`;

/** What signs the callbacks of a team, made when it is needed first. Its secret is known to nobody until it is rotated. */
export const ensureCallbacks = async (queries: Queries, sealer: Sealer, teamId: TeamId): Promise<void> => {
  if ((await queries.rows({ text: HAS_ONE, values: [teamId] })).length > 0) return;
  const id = webhookEndpointIdFrom(Date.now(), randomBytes(16));
  const sealed = sealer.seal(newWebhookSecret(), webhookSecretPurpose(id));
  await queries.rows({ text: ADD, values: [teamId, id, sealed] });
};
