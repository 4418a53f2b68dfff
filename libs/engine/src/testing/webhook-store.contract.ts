import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  webhookEndpointIdFrom,
  webhookMessageIdFrom,
  type TeamId,
  type WebhookDecision,
  type WebhookEvent,
} from '@drydock/domain';
import type {
  ClaimedWebhook,
  NewWebhookEndpoint,
  WebhookOutbox,
  WebhookResult,
  WebhookStore,
} from '../ports/webhook-store.ts';

export interface WebhooksUnderTest {
  readonly store: WebhookStore;
  readonly outbox: WebhookOutbox;
  readonly addTeam: () => Promise<TeamId>;
  /** Something that endpoints listen to happens to a task of the team. */
  readonly tell: (teamId: TeamId, event: WebhookEvent) => Promise<void>;
  /** As time goes by. */
  readonly advance: (ms: number) => Promise<void>;
}

const DAY_MS = 86_400_000;
let made = 0;

export const aWebhookEndpoint = (
  teamId: TeamId,
  more: Partial<NewWebhookEndpoint> = {},
): NewWebhookEndpoint => ({
  id: webhookEndpointIdFrom(++made, randomBytes(16)),
  teamId,
  url: `https://receiver-${String(made)}.example.com/hooks`,
  description: '',
  events: ['task.succeeded', 'webhook_endpoint.disabled'],
  secret: `whsec_${randomBytes(32).toString('base64')}`,
  ...more,
});

const aMessageId = () => webhookMessageIdFrom(++made, randomBytes(16));

const resultOf = (decision: WebhookDecision): WebhookResult => ({
  tried:
    decision.do === 'settle' && decision.state === 'succeeded'
      ? { at: new Date().toISOString(), ms: 3, status: 204, error: null }
      : {
          at: new Date().toISOString(),
          ms: 3,
          status: 500,
          error: { code: 'webhook_rejected', message: 'No.' },
        },
  decision,
});
const WELL = resultOf({ do: 'settle', state: 'succeeded' });
const GIVEN_UP = resultOf({ do: 'settle', state: 'failed' });
const GONE = resultOf({ do: 'disable', code: 'webhook_gone', message: 'It wants nothing more.' });
const later = (delayMs: number): WebhookResult => resultOf({ do: 'retry', delayMs });

type Make = () => WebhooksUnderTest;

const claimed = async (webhooks: WebhooksUnderTest): Promise<ClaimedWebhook> => {
  const claim = await webhooks.outbox.claimNext();
  if (claim === null) throw new Error('nothing is due');
  return claim;
};

const endpoints = (get: Make): void => {
  it('keeps an endpoint without showing its secret, for its own team only', async () => {
    const { store, addTeam } = get();
    const { secret, ...wanted } = aWebhookEndpoint(await addTeam(), { description: 'CI' });
    const created = await store.create({ ...wanted, secret });
    expect(created).toEqual({
      ...wanted,
      ...{
        kind: 'endpoint',
        enabled: true,
        disabledReason: null,
        failingSince: null,
        previousSecretUntil: null,
      },
      ...{ createdAt: expect.any(Date), updatedAt: expect.any(Date) },
    });
    expect(await store.get(wanted.teamId, wanted.id)).toEqual(created);
    const stranger = await addTeam();
    expect(await store.get(stranger, wanted.id)).toBeNull();
    expect(await store.change(stranger, wanted.id, { enabled: false })).toBeNull();
    expect(await store.remove(stranger, wanted.id)).toBe(false);
    expect(await store.rotate(stranger, wanted.id, { secret, overlapMs: 0 })).toBeNull();
    for (const work of [
      store.messages(stranger, wanted.id, { limit: 1 }),
      store.test(stranger, wanted.id, aMessageId()),
      store.redeliver(stranger, wanted.id, aMessageId()),
    ])
      await expect(work).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.remove(wanted.teamId, wanted.id)).toBe(true);
    expect(await store.get(wanted.teamId, wanted.id)).toBeNull();
  });

  it('lists a page at a time, newest first', async () => {
    const { store, addTeam } = get();
    const teamId = await addTeam();
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await store.create(aWebhookEndpoint(teamId))).id);
    const first = await store.list(teamId, { limit: 2 });
    const second = await store.list(teamId, { limit: 2, cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
  });

  it('gives a team no more than twenty', async () => {
    const { store, addTeam } = get();
    const teamId = await addTeam();
    for (let i = 0; i < 20; i++) await store.create(aWebhookEndpoint(teamId));
    await expect(store.create(aWebhookEndpoint(teamId))).rejects.toMatchObject({
      code: 'webhook_endpoint_limit',
    });
  });

  it('changes what it is told to, and nothing else', async () => {
    const { store, addTeam } = get();
    const created = await store.create(aWebhookEndpoint(await addTeam()));
    const changed = await store.change(created.teamId, created.id, { events: ['task.failed'] });
    expect(changed).toEqual({ ...created, events: ['task.failed'], updatedAt: expect.any(Date) });
  });
};

const messages = (get: Make): void => {
  it('ends nothing that is pending for the endpoint of another team', async () => {
    const { store, outbox, addTeam, tell } = get();
    const teamId = await addTeam();
    const { id } = await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    expect(await store.change(await addTeam(), id, { enabled: false })).toBeNull();
    expect(await outbox.countDue(9)).toBe(1);
  });

  it('sends nothing again by an endpoint that it was never for', async () => {
    const { store, outbox, addTeam, tell } = get();
    const [teamId, stranger] = [await addTeam(), await addTeam()];
    await store.create(aWebhookEndpoint(teamId));
    const theirs = await store.create(aWebhookEndpoint(stranger));
    await tell(teamId, 'task.succeeded');
    const { fence } = await claimed(get());
    await outbox.settle(fence, GIVEN_UP);
    await expect(store.redeliver(stranger, theirs.id, fence.messageId)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await outbox.countDue(9)).toBe(0);
  });

  it('gives a message to every endpoint of the team that listens', async () => {
    const { store, outbox, addTeam, tell } = get();
    const teamId = await addTeam();
    const listening = await store.create(aWebhookEndpoint(teamId));
    await store.create(aWebhookEndpoint(teamId, { events: ['task.failed'] }));
    await store.create(aWebhookEndpoint(await addTeam()));
    const off = await store.create(aWebhookEndpoint(teamId));
    await store.change(teamId, off.id, { enabled: false });
    await tell(teamId, 'task.succeeded');
    expect(await outbox.countDue(10)).toBe(1);
    const claim = await claimed(get());
    expect(claim).toMatchObject({ endpointId: listening.id, url: listening.url, fence: { attempt: 1 } });
    expect(JSON.parse(claim.body)).toEqual({
      type: 'task.succeeded',
      timestamp: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      data: { task: expect.objectContaining({ id: expect.stringMatching(/^task_/) }) },
    });
    expect(await outbox.countDue(10)).toBe(0);
    expect(await outbox.claimNext()).toBeNull();
  });

  it('shows what came of a message, newest first and by state', async () => {
    const { store, outbox, addTeam, tell } = get();
    const teamId = await addTeam();
    const { id, url } = await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    await outbox.settle((await claimed(get())).fence, WELL);
    const test = await store.test(teamId, id, aMessageId());
    expect(test).toMatchObject({
      type: 'webhook_endpoint.test',
      taskId: null,
      state: 'pending',
      url,
      attempts: 0,
    });
    const first = await store.messages(teamId, id, { limit: 1 });
    expect(first.items).toEqual([test]);
    const second = await store.messages(teamId, id, { limit: 1, cursor: first.next ?? '' });
    expect(second).toMatchObject({
      items: [
        { type: 'task.succeeded', state: 'succeeded', attempts: 1, tries: [WELL.tried], nextAttemptAt: null },
      ],
      next: null,
    });
    expect((await store.messages(teamId, id, { limit: 5, state: 'pending' })).items).toEqual([test]);
  });

  it('sends the same bytes again when a try failed, once its time has come', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const teamId = await addTeam();
    const { id } = await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    const first = await claimed(get());
    await outbox.settle(first.fence, later(60_000));
    expect(await outbox.claimNext()).toBeNull();
    await advance(61_000);
    const second = await claimed(get());
    expect(second).toMatchObject({
      body: first.body,
      fence: { messageId: first.fence.messageId, attempt: 2 },
    });
    expect(second.standing).toMatchObject({ failures: 1, endpointFailures: 1 });
    expect(second.standing.endpointFailingMs).toBeGreaterThan(60_000);
    expect(second.standing.ageMs).toBeGreaterThan(60_000);
    expect((await store.get(teamId, id))?.failingSince).toBeInstanceOf(Date);
    await outbox.settle(second.fence, WELL);
    expect((await store.get(teamId, id))?.failingSince).toBeNull();
  });

  it('does not count against a new address what the former one has failed at', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const teamId = await addTeam();
    const { id, url } = await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    await outbox.settle((await claimed(get())).fence, later(1_000));
    const same = await store.change(teamId, id, { url: url ?? '', description: 'The same' });
    expect(same?.failingSince).toBeInstanceOf(Date);
    const moved = await store.change(teamId, id, { url: 'https://elsewhere.example.com/' });
    expect(moved).toMatchObject({ failingSince: null, url: 'https://elsewhere.example.com/' });
    await advance(2_000);
    const { standing } = await claimed(get());
    expect(standing).toMatchObject({ failures: 1, endpointFailures: 0, endpointFailingMs: 0 });
  });

  it('keeps the last ten tries', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const teamId = await addTeam();
    const { id } = await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    for (let i = 0; i < 12; i++) {
      await outbox.settle((await claimed(get())).fence, { ...later(1), tried: { ...GIVEN_UP.tried, ms: i } });
      await advance(10);
    }
    const [shown] = (await store.messages(teamId, id, { limit: 1 })).items;
    expect(shown?.tries.map(({ ms }) => ms)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
};

const claims = (get: Make): void => {
  it('brings up again what was claimed and never settled, and takes no late word', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const teamId = await addTeam();
    await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    const lost = await claimed(get());
    await advance(31_000);
    const again = await claimed(get());
    expect(again.fence).toEqual({ messageId: lost.fence.messageId, attempt: 2 });
    expect(await outbox.settle(lost.fence, GIVEN_UP)).toBe(false);
    expect(await outbox.settle(again.fence, WELL)).toBe(true);
    expect(await outbox.settle(again.fence, WELL)).toBe(false);
  });

  it('does not let one endpoint have all the workers', async () => {
    const { store, outbox, addTeam, tell } = get();
    const [slow, quick] = [await addTeam(), await addTeam()];
    await store.create(aWebhookEndpoint(slow));
    for (let i = 0; i < 5; i++) await tell(slow, 'task.succeeded');
    const { id } = await store.create(aWebhookEndpoint(quick));
    await tell(quick, 'task.succeeded');
    expect(await outbox.countDue(10)).toBe(3);
    expect(await outbox.countDue(2)).toBe(2);
    const three = [await claimed(get()), await claimed(get()), await claimed(get())];
    expect(three.filter(({ endpointId }) => endpointId === id)).toHaveLength(1);
    expect(await outbox.claimNext()).toBeNull();
    const [first] = three.filter(({ endpointId }) => endpointId !== id);
    await outbox.settle(first!.fence, WELL);
    expect((await claimed(get())).endpointId).toBe(first!.endpointId);
  });

  it('lets nobody wait for an endpoint that hangs or fails, however much is due for it', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const [slow, quick] = [await addTeam(), await addTeam()];
    await store.create(aWebhookEndpoint(slow));
    for (let i = 0; i < 3; i++) await tell(slow, 'task.succeeded');
    await advance(1_000);
    const { id } = await store.create(aWebhookEndpoint(quick));
    await tell(quick, 'task.succeeded');
    await tell(quick, 'task.succeeded');
    const hanging = await claimed(get());
    expect(hanging.endpointId).not.toBe(id);
    const first = await claimed(get());
    expect(first.endpointId).toBe(id);
    await outbox.settle(first.fence, WELL);
    await outbox.settle(hanging.fence, later(1));
    await advance(1_000);
    expect((await claimed(get())).endpointId).toBe(id);
  });

  it('signs with both secrets until the old one has had its time', async () => {
    const { store, addTeam, tell, advance } = get();
    const wanted = aWebhookEndpoint(await addTeam());
    await store.create(wanted);
    const next = `whsec_${randomBytes(32).toString('base64')}`;
    const rotated = await store.rotate(wanted.teamId, wanted.id, { secret: next, overlapMs: 60_000 });
    expect(rotated?.previousSecretUntil).toBeInstanceOf(Date);
    await tell(wanted.teamId, 'task.succeeded');
    expect((await claimed(get())).secrets).toEqual([next, wanted.secret]);
    await advance(61_000);
    expect((await claimed(get())).secrets).toEqual([next]);
  });
};

const ends = (get: Make): void => {
  it('disables an endpoint with the reason, ends what was pending, and tells the others', async () => {
    const { store, outbox, addTeam, tell } = get();
    const teamId = await addTeam();
    const { id } = await store.create(aWebhookEndpoint(teamId));
    const other = await store.create(aWebhookEndpoint(teamId, { events: ['webhook_endpoint.disabled'] }));
    await tell(teamId, 'task.succeeded');
    await tell(teamId, 'task.succeeded');
    await outbox.settle((await claimed(get())).fence, GONE);
    expect(await store.get(teamId, id)).toMatchObject({
      enabled: false,
      disabledReason: { code: 'webhook_gone' },
    });
    const { items } = await store.messages(teamId, id, { limit: 5 });
    expect(items.map(({ state, tries }) => [state, tries.at(-1)?.error?.code])).toEqual([
      ['failed', 'webhook_endpoint_disabled'],
      ['failed', 'webhook_rejected'],
    ]);
    const told = await claimed(get());
    expect([told.endpointId, JSON.parse(told.body)]).toEqual([
      other.id,
      expect.objectContaining({
        type: 'webhook_endpoint.disabled',
        data: {
          endpoint: expect.objectContaining({
            id,
            reason: expect.objectContaining({ code: 'webhook_gone' }),
          }),
        },
      }),
    ]);
    await expect(store.test(teamId, id, aMessageId())).rejects.toMatchObject({
      code: 'webhook_endpoint_disabled',
    });
    const enabled = await store.change(teamId, id, { enabled: true });
    expect(enabled).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
  });

  it('sends again what somebody asks for, for another day', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const teamId = await addTeam();
    const { id } = await store.create(aWebhookEndpoint(teamId));
    await tell(teamId, 'task.succeeded');
    const first = await claimed(get());
    await outbox.settle(first.fence, GIVEN_UP);
    await advance(DAY_MS);
    const again = await store.redeliver(teamId, id, first.fence.messageId);
    expect(again).toMatchObject({ state: 'pending', attempts: 1, nextAttemptAt: expect.any(Date) });
    const second = await claimed(get());
    expect(second).toMatchObject({ body: first.body, fence: { attempt: 2 }, standing: { failures: 0 } });
    expect(second.standing.ageMs).toBeLessThan(DAY_MS);
    await expect(store.redeliver(teamId, id, aMessageId())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('forgets what was settled long ago, and nothing that is pending', async () => {
    const { store, outbox, addTeam, tell, advance } = get();
    const teamId = await addTeam();
    const { id } = await store.create(aWebhookEndpoint(teamId));
    for (let i = 0; i < 3; i++) await tell(teamId, 'task.succeeded');
    for (let i = 0; i < 2; i++) await outbox.settle((await claimed(get())).fence, WELL);
    await advance(DAY_MS);
    expect(await outbox.deleteSettled({ olderThanMs: 2 * DAY_MS, limit: 10 })).toBe(0);
    expect(await outbox.deleteSettled({ olderThanMs: DAY_MS / 2, limit: 1 })).toBe(1);
    expect(await outbox.deleteSettled({ olderThanMs: DAY_MS / 2, limit: 10 })).toBe(1);
    expect((await store.messages(teamId, id, { limit: 5 })).items).toMatchObject([{ state: 'pending' }]);
  });
};

/** What every store of outgoing webhooks promises. */
export const webhookStoreContract = (name: string, make: () => Promise<WebhooksUnderTest>): void => {
  describe(`webhooks kept by ${name}`, () => {
    let webhooks: WebhooksUnderTest;
    beforeEach(async () => {
      webhooks = await make();
    });
    const get: Make = () => webhooks;
    endpoints(get);
    messages(get);
    claims(get);
    ends(get);
  });
};
