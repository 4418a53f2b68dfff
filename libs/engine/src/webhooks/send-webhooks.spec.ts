import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AttemptAborted, taskIdFrom, teamIdFrom, type WebhookAnswer } from '@drydock/domain';
import type { OutgoingWebhook } from '../ports/webhook-sender.ts';
import { HeldLease } from '../session/held-lease.ts';
import { FakeWebhookStore } from '../testing/fake-webhook-store.ts';
import { aWebhookEndpoint } from '../testing/webhook-store.contract.ts';
import { SendWebhooks } from './send-webhooks.ts';

const DAY_MS = 86_400_000;
const TAKEN: WebhookAnswer = { status: 200, error: null };
const REFUSED: WebhookAnswer = {
  status: 500,
  error: { code: 'webhook_rejected', message: 'It answered 500.' },
};

const teamId = teamIdFrom(1, randomBytes(16));
let store: FakeWebhookStore;
let sent: OutgoingWebhook[];
let answer: () => WebhookAnswer;
let held: HeldLease | null;
let sending: SendWebhooks;

beforeEach(() => {
  const quiet = (): undefined => undefined;
  [store, sent, answer, held] = [new FakeWebhookStore(), [], () => TAKEN, new HeldLease(quiet)];
  sending = new SendWebhooks({
    outbox: store,
    sender: {
      send: async (webhook) => {
        sent.push(webhook);
        return answer();
      },
    },
    signer: { sign: ({ id, secrets }) => ({ 'webhook-id': id, signed: secrets.join(' ') }) },
    session: {
      join: () => held && { sessionId: 'worker:nonce' as never, held },
      leave: quiet,
    },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    random: () => 0.5,
  });
});

const tell = (): void => {
  store.tell(teamId, 'task.succeeded', taskIdFrom(Date.now(), randomBytes(16)));
};

describe('SendWebhooks', () => {
  it('sends what is due, signed with the secret of its endpoint', async () => {
    const endpoint = aWebhookEndpoint(teamId);
    await store.create(endpoint);
    expect([await sending.countDue(), await sending.next()]).toEqual([0, false]);
    tell();
    expect([await sending.countDue(), await sending.next(), await sending.next()]).toEqual([1, true, false]);
    expect(sent).toMatchObject([{ url: endpoint.url, headers: { signed: endpoint.secret } }]);
  });

  it('tries for a day, always under the same id, and then gives up', async () => {
    const { id } = await store.create(aWebhookEndpoint(teamId));
    answer = () => REFUSED;
    tell();
    let waitedMs = 0;
    for (; waitedMs < 2 * DAY_MS; waitedMs += 60_000) {
      await sending.next();
      store.advance(60_000);
    }
    expect(sent.length).toBeGreaterThan(8);
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const { items } = await store.messages(teamId, id, { limit: 5 });
    expect(items).toMatchObject([{ state: 'failed', attempts: sent.length }]);
    expect(await store.get(teamId, id)).toMatchObject({ enabled: true });
  });

  it('disables an endpoint that takes nothing for a day', async () => {
    const { id } = await store.create(aWebhookEndpoint(teamId));
    answer = () => REFUSED;
    for (let hour = 0; hour < 25; hour++) {
      tell();
      while (await sending.next());
      store.advance(3_600_000);
    }
    expect(await store.get(teamId, id)).toMatchObject({
      enabled: false,
      disabledReason: {
        code: 'webhook_endpoint_failing',
        message: expect.stringContaining('It answered 500.'),
      },
    });
    const before = sent.length;
    tell();
    expect([await sending.next(), sent.length]).toEqual([false, before]);
  });

  it('leaves to others what it was sending when it had to stop', async () => {
    await store.create(aWebhookEndpoint(teamId));
    tell();
    const mine = held;
    answer = () => {
      mine?.stop(new AttemptAborted('drain'));
      return REFUSED;
    };
    await sending.next();
    [answer, held] = [() => TAKEN, new HeldLease(() => undefined)];
    store.advance(31_000);
    await sending.next();
    expect(sent.map(({ headers }) => headers['webhook-id'])).toEqual([
      sent[0]?.headers['webhook-id'],
      sent[0]?.headers['webhook-id'],
    ]);
  });

  it('claims nothing while the worker drains', async () => {
    await store.create(aWebhookEndpoint(teamId));
    tell();
    held = null;
    expect([await sending.next(), sent]).toEqual([false, []]);
  });
});
