import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WebhookPayload } from '@drydock/contracts';
import { WEBHOOK_EVENTS, type TeamId } from '@drydock/domain';
import { anEnd, aBatch, aWebhookEndpoint, claimed, openSession, submitted } from '@drydock/engine/testing';
import { eventually } from '@drydock/testing';
import { Sealer } from '../sealer.ts';
import { usePgStores, type PgStores } from '../testing/pg-stores.ts';
import { PgWebhookStore } from './pg-webhook-store.ts';

const make = usePgStores();
const sealer = new Sealer(randomBytes(32));

interface Told {
  readonly type: string;
  readonly url: string | null;
  readonly data: { readonly task: object; readonly delivery?: object };
}

const toldOf = ({ database }: PgStores, teamId: TeamId): Promise<Told[]> =>
  database.rows<Told>({
    text: 'SELECT "type", "url", "data" FROM "WebhookMessage" WHERE "teamId" = $1 ORDER BY "seq"',
    values: [teamId],
  });

/** As clients read it: what the description of the API does not have falls away. */
const payloadOf = (type: string, data: object): object =>
  WebhookPayload.parse({ type, timestamp: '2026-01-02T03:04:05.678Z', data }).data;

const listen = async ({ database }: PgStores, teamId: TeamId): Promise<void> => {
  const events = [...WEBHOOK_EVENTS];
  await new PgWebhookStore(database, sealer).create(aWebhookEndpoint(teamId, { events }));
};

const ORDER = {
  ...{ base: null, draft: true, title: null, labels: [], reviewers: [], maintainerCanModify: false },
  ...{ when: null, closes: null },
};

describe('what happens to a task', () => {
  it('is told as it happens: the start once, the end as it is, and the pull request', async () => {
    const stores = await make();
    const teamId = await stores.addTeam();
    await listen(stores, teamId);
    const { id } = await submitted(stores, teamId, { labels: { project: 'shop' } }, { pullRequest: ORDER });
    const session = await openSession(stores);
    const { fence } = await claimed(stores, session);
    await stores.attempts.appendEvents(fence, aBatch(1, ['Nobody is told of this.']));
    const diffstat = { files: 1, insertions: 3, deletions: 1 };
    const artifact = { name: 'diff.patch', attempt: 1, bytes: 5, sha256: 'hash', contentType: 'text/x-diff' };
    await stores.attempts.finish(fence, anEnd('changed', { diffstat, artifacts: [artifact] }));
    const delivery = await stores.deliveries.claimNext(session, []);
    await stores.deliveries.noteFound(delivery!.fence, {
      url: 'https://github.com/acme/shop/pull/7',
      number: 7,
    });
    await stores.deliveries.finish(delivery!.fence, { state: 'succeeded', error: null });
    const told = await toldOf(stores, teamId);
    expect(told.map(({ type }) => type)).toEqual(['task.started', 'task.succeeded', 'delivery.succeeded']);
    for (const { type, data } of told) expect(payloadOf(type, data)).toEqual(data);
    expect(told[0]?.data).toEqual({
      task: expect.objectContaining({
        id,
        status: 'running',
        outcome: null,
        labels: { project: 'shop' },
        attempt: 1,
      }),
    });
    expect(told[1]?.data.task).toEqual({
      ...{
        id,
        status: 'succeeded',
        outcome: 'changed',
        error: null,
        labels: { project: 'shop' },
        attempt: 1,
      },
      ...{ retryOf: null, createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) },
      ...{ startedAt: expect.any(String), finishedAt: expect.any(String), diffstat },
    });
    expect(told[2]?.data.delivery).toEqual({
      ...{ id: delivery!.fence.deliveryId, kind: 'pull_request', state: 'succeeded', error: null },
      url: 'https://github.com/acme/shop/pull/7',
    });
  });

  it('is told of a cancel in the queue, and of an attempt that was lost only when the task ends', async () => {
    const stores = await make();
    const teamId = await stores.addTeam();
    await listen(stores, teamId);
    const cancelled = await submitted(stores, teamId);
    await stores.tasks.cancel(teamId, cancelled.id);
    await submitted(stores, teamId);
    for (let lost = 0; lost < 3; lost++) {
      const session = await openSession(stores, `worker-${String(lost)}`);
      await stores.makeDue();
      await claimed(stores, session);
      await stores.endLease(session);
      await stores.sessions.sweep();
    }
    const told = await toldOf(stores, teamId);
    expect(told.map(({ type }) => type)).toEqual(['task.cancelled', 'task.started', 'task.failed']);
    expect(told[2]?.data.task).toMatchObject({ outcome: 'infrastructure', error: { code: 'attempts_lost' } });
  });

  it('goes to the callback of the task, and to no other one', async () => {
    const stores = await make();
    const [teamId, stranger] = [await stores.addTeam(), await stores.addTeam()];
    const callbackUrl = 'https://ci.example.com/done';
    const { id } = await submitted(stores, teamId, {}, { callbackUrl });
    const plain = await submitted(stores, teamId);
    await submitted(stores, stranger, {}, { callbackUrl: 'https://other.example.com/' });
    for (const task of [id, plain.id]) await stores.tasks.cancel(teamId, task);
    expect(await toldOf(stores, teamId)).toMatchObject([{ type: 'task.cancelled', url: callbackUrl }]);
    const { items } = await new PgWebhookStore(stores.database, sealer).list(teamId, { limit: 5 });
    expect(items).toMatchObject([{ kind: 'callbacks', url: null, events: [] }]);
  });

  it('is told to nobody when nobody listens', async () => {
    const stores = await make();
    const teamId = await stores.addTeam();
    const { id } = await submitted(stores, teamId);
    await stores.tasks.cancel(teamId, id);
    expect(await toldOf(stores, teamId)).toEqual([]);
  });

  it('is told to no endpoint that is being removed at that moment, and no write fails for it', async () => {
    const stores = await make();
    const teamId = await stores.addTeam();
    await listen(stores, teamId);
    const { id } = await submitted(stores, teamId);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const cancelled = await stores.database.transaction(async (tx) => {
      await tx.rows({ text: 'DELETE FROM "WebhookEndpoint" WHERE "teamId" = $1', values: [teamId] });
      const cancelling = stores.tasks.cancel(teamId, id);
      await eventually(async () => (await stores.database.rows({ text: waits })).length > 0);
      return { cancelling };
    });
    await expect(cancelled.cancelling).resolves.toMatchObject({ task: { status: 'cancelled' } });
    expect(await toldOf(stores, teamId)).toEqual([]);
  });
});
