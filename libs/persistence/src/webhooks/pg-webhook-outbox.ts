import type { ClaimedWebhook, WebhookFence, WebhookOutbox, WebhookResult } from '@drydock/engine';
import type { Database } from '../database.ts';
import type { Sealer } from '../sealer.ts';
import { claimWebhook, countDueWebhooks, type ClaimRow } from './claim-webhook.ts';
import { endPending } from './end-pending.ts';
import { webhookSecretPurpose } from './endpoint-row.ts';
import { settleWebhook } from './settle-webhook.ts';

const DELETE = `DELETE FROM "WebhookMessage" WHERE "id" = ANY(ARRAY(
    SELECT "id" FROM "WebhookMessage" WHERE "settledAt" <= now() - $1::float8 * interval '1 millisecond' LIMIT $2))
  RETURNING 1`;

/** Outgoing webhooks in PostgreSQL; all times are the database's own. */
export class PgWebhookOutbox implements WebhookOutbox {
  readonly #database: Database;
  readonly #sealer: Sealer;

  constructor(database: Database, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async claimNext(): Promise<ClaimedWebhook | null> {
    const [row] = await this.#database.rows<ClaimRow>(claimWebhook());
    if (row === undefined) return null;
    const { id, endpointId, attempt, url, type, data, createdAt, secret, previousSecret } = row;
    const { kind, failures, ageMs, endpointFailures, endpointFailingMs } = row;
    const purpose = webhookSecretPurpose(endpointId);
    const sealed = previousSecret === null ? [secret] : [secret, previousSecret];
    return {
      fence: { messageId: id, attempt },
      endpointId,
      url,
      body: JSON.stringify({ type, timestamp: createdAt.toISOString(), data }),
      secrets: sealed.map((one) => this.#sealer.open(one, purpose)),
      standing: { kind, failures, ageMs, endpointFailures, endpointFailingMs },
    };
  }

  async countDue(atMost: number): Promise<number> {
    const [row] = await this.#database.rows<{ count: number }>(countDueWebhooks(atMost));
    return row?.count ?? 0;
  }

  async settle(fence: WebhookFence, result: WebhookResult): Promise<boolean> {
    const endpointId = await this.#database.transaction((tx) => settleWebhook(tx, fence, result));
    if (endpointId === null) return false;
    if (result.decision.do === 'disable') await endPending(this.#database, endpointId);
    return true;
  }

  async deleteSettled({ olderThanMs, limit }: { olderThanMs: number; limit: number }): Promise<number> {
    return (await this.#database.rows({ text: DELETE, values: [olderThanMs, limit] })).length;
  }
}
