import { randomBytes } from 'node:crypto';
import { webhookMessageIdFrom } from '@drydock/domain';
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

it('ends and forgets all that there is of an endpoint, however much', async () => {
  const { database, addTeam } = await make();
  const store = new PgWebhookStore(database, sealer);
  const teamId = await addTeam();
  const [{ id }, other] = [
    await store.create(aWebhookEndpoint(teamId)),
    await store.create(aWebhookEndpoint(teamId)),
  ];
  for (const endpoint of [id, other.id])
    await database.rows({
      text: `INSERT INTO "WebhookMessage" ("id", "endpointId", "teamId", "type", "data")
        SELECT 'msg_' || left(md5($1 || n), 26), $1, $2, 'task.failed', '{}' FROM generate_series(1, 10001) n`,
      values: [endpoint, teamId],
    });
  const count = async (state: string, of: string): Promise<number> =>
    (
      await database.rows({
        text: 'SELECT 1 FROM "WebhookMessage" WHERE "state" = $1 AND "endpointId" = $2',
        values: [state, of],
      })
    ).length;
  await store.change(teamId, id, { enabled: false });
  expect([await count('failed', id), await count('pending', id)]).toEqual([10_001, 0]);
  expect(await store.remove(teamId, id)).toBe(true);
  expect([await count('failed', id), await count('pending', other.id)]).toEqual([0, 10_001]);
}, 60_000);

it('is forgotten, disabled and changed while tries of it fail, without anybody standing in the way', async () => {
  const { database, addTeam } = await make();
  const [store, outbox] = [new PgWebhookStore(database, sealer), new PgWebhookOutbox(database, sealer)];
  const teamId = await addTeam();
  const error = { code: 'webhook_rejected', message: 'No.' } as const;
  const tried = { at: new Date().toISOString(), ms: 3, status: 500, error };
  const retry = { tried, decision: { do: 'retry', delayMs: 1 } } as const;
  const disable = { tried, decision: { do: 'disable', code: 'webhook_gone', message: 'No.' } } as const;
  for (let round = 0; round < 12; round++) {
    const { id } = await store.create(aWebhookEndpoint(teamId));
    for (const at of [1, 2, 3])
      await store.test(teamId, id, webhookMessageIdFrom(round * 3 + at, randomBytes(16)));
    const fences = [];
    for (let claim = await outbox.claimNext(); claim !== null; claim = await outbox.claimNext())
      fences.push(claim.fence);
    expect(fences).toHaveLength(2);
    const ends = fences.map((fence, at) =>
      outbox.settle(fence, round % 3 === 0 && at === 0 ? disable : retry),
    );
    if (round % 3 === 1) ends.push(store.change(teamId, id, { enabled: false }).then(() => true));
    await Promise.all([...ends, store.remove(teamId, id)]);
    expect(await store.get(teamId, id)).toBeNull();
  }
});
