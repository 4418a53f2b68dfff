import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { Sealer } from '../sealer.ts';
import { aWebhookEndpoint, submitted, webhookStoreContract } from '@drydock/engine/testing';
import { usePgStores, type PgStores } from '../testing/pg-stores.ts';
import { PgWebhookOutbox } from './pg-webhook-outbox.ts';
import { PgWebhookStore } from './pg-webhook-store.ts';

const make = usePgStores();
const sealer = new Sealer(randomBytes(32));

const AGO = `$1::float8 * interval '1 millisecond'`;

const advance = async ({ database }: PgStores, ms: number): Promise<void> => {
  await database.rows({
    text: `UPDATE "WebhookMessage" SET "since" = "since" - ${AGO}, "notBefore" = "notBefore" - ${AGO},
      "claimedUntil" = "claimedUntil" - ${AGO}, "settledAt" = "settledAt" - ${AGO}`,
    values: [ms],
  });
  await database.rows({
    text: `UPDATE "WebhookEndpoint" SET "failingSince" = "failingSince" - ${AGO},
      "previousSecretUntil" = "previousSecretUntil" - ${AGO}`,
    values: [ms],
  });
};

webhookStoreContract('PostgreSQL', async () => {
  const stores = await make();
  return {
    store: new PgWebhookStore(stores.database, sealer),
    outbox: new PgWebhookOutbox(stores.database, sealer),
    addTeam: () => stores.addTeam(),
    tell: async (teamId, event) => {
      const { id } = await submitted(stores, teamId);
      await stores.database.rows({
        text: `INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
          VALUES ($1, 2, 1, 'task.finished', now(), $2, jsonb_build_object('status', $3::text))`,
        values: [id, teamId, event.slice('task.'.length)],
      });
    },
    advance: (ms) => advance(stores, ms),
  };
});

it('keeps secrets sealed', async () => {
  const { database, addTeam } = await make();
  const endpoint = aWebhookEndpoint(await addTeam());
  await new PgWebhookStore(database, sealer).create(endpoint);
  const [row] = await database.rows<{ secret: Buffer }>({ text: 'SELECT "secret" FROM "WebhookEndpoint"' });
  expect(row?.secret.includes(endpoint.secret.slice(6))).toBe(false);
  expect(sealer.open(row!.secret, `webhook_endpoint:${endpoint.id}`)).toBe(endpoint.secret);
});
