import { beforeEach, describe, expect, it } from '@jest/globals';
import { pullRequestDeliveryId, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import type { ClaimedDelivery, DeliveryStore } from '../ports/delivery-store.ts';
import { aDueDelivery, anOrder, type DeliveriesUnderTest } from './deliveries-under-test.ts';
import { deliveryOrderContract } from './delivery-order.contract.ts';

type Make = () => Promise<DeliveriesUnderTest>;
type Under = () => DeliveriesUnderTest;

const TOKEN = 'ghp_canary_0123456789';
const PAUSE = {
  delayMs: 60_000,
  error: { code: 'forge_unreachable', message: 'The code host does not answer.' },
  isFailure: true,
} as const;
const DONE = { state: 'succeeded', error: null } as const;

/** @throws Error when nothing is due. */
const claimed = async (under: DeliveriesUnderTest, session: SessionId): Promise<ClaimedDelivery> => {
  const claim = await under.deliveries.claimNext(session, []);
  if (claim === null) throw new Error('Nothing was due.');
  return claim;
};

const claimContract = (under: Under): void => {
  it('is due when its task has ended, not before, and to one session only', async () => {
    const teamId = await under().addTeam();
    const taskId = await under().submit(teamId, { order: anOrder({ labels: ['x'] }), token: TOKEN });
    await under().submit(teamId);
    const session = await under().openSession();
    expect(await under().deliveries.claimNext(session, [])).toBeNull();
    expect(await under().deliveries.countDue(session, [], 9)).toBe(0);
    await under().end(taskId, { outcome: 'changed' });
    expect(await under().deliveries.countDue(session, [], 9)).toBe(1);
    const { fence, ...claim } = await claimed(under(), session);
    expect(fence).toEqual({ deliveryId: pullRequestDeliveryId(taskId), attempt: 1, sessionId: session });
    expect(claim).toMatchObject({
      ...{ failures: 0, found: {}, sourceToken: TOKEN, mayEditWorkflows: false },
      order: anOrder({ labels: ['x'] }),
      task: { id: taskId, outcome: 'changed' },
    });
    const other = await under().openSession();
    expect(await under().deliveries.claimNext(other, [])).toBeNull();
    expect(await under().deliveries.countDue(other, [], 9)).toBe(0);
    expect(await under().deliveries.claimNext(session, [fence.deliveryId])).toBeNull();
  });

  it('goes to one of many that claim at once', async () => {
    await aDueDelivery(under());
    const sessions = await Promise.all(Array.from({ length: 8 }, () => under().openSession()));
    const claims = await Promise.all(sessions.map((id) => under().deliveries.claimNext(id, [])));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  it('is due again to a session that has it without knowing: the answer to its claim got lost', async () => {
    const { id } = await aDueDelivery(under());
    const session = await under().openSession();
    await claimed(under(), session);
    expect(await under().deliveries.countDue(session, [], 9)).toBe(1);
    expect((await claimed(under(), session)).fence).toEqual({
      deliveryId: id,
      attempt: 2,
      sessionId: session,
    });
  });

  it('gives those first that have been due for longest, and counts up to a bound', async () => {
    const first = await aDueDelivery(under());
    const second = await aDueDelivery(under());
    const session = await under().openSession();
    expect(await under().deliveries.countDue(session, [], 1)).toBe(1);
    const held = [];
    for (let i = 0; i < 2; i++) {
      const claim = await under().deliveries.claimNext(session, held);
      held.push(claim!.fence.deliveryId);
    }
    expect(held).toEqual([first.id, second.id]);
  });

  it('says whether the team takes changes of workflows', async () => {
    const { teamId } = await aDueDelivery(under());
    await under().allowWorkflows(teamId);
    expect((await claimed(under(), await under().openSession())).mayEditWorkflows).toBe(true);
  });

  it('goes on with another session when its own is lost, which counts, or closed, which does not', async () => {
    await aDueDelivery(under());
    const [lost, closed, next] = [
      await under().openSession(),
      await under().openSession(),
      await under().openSession(),
    ];
    const first = await claimed(under(), lost);
    await under().deliveries.noteFound(first.fence, { branch: 'drydock/x', commit: 'c1' });
    await under().loseSession(lost);
    const second = await claimed(under(), closed);
    expect(second).toMatchObject({ failures: 1, found: { branch: 'drydock/x', commit: 'c1' } });
    await under().closeSession(closed);
    const third = await claimed(under(), next);
    expect(third.failures).toBe(1);
    expect(third.fence.attempt).toBeGreaterThan(second.fence.attempt);
    for (const session of [lost, closed])
      await expect(under().deliveries.claimNext(session, [])).rejects.toMatchObject({ code: 'lease_lost' });
  });

  it('is found when a worker ended the task that knows no deliveries', async () => {
    const teamId = await under().addTeam();
    const taskId = await under().submit(teamId, { order: anOrder() });
    const session = await under().openSession();
    expect(await under().deliveries.releaseForgotten()).toBe(0);
    await under().endUnnoticed(taskId, { outcome: 'changed' });
    expect(await under().deliveries.claimNext(session, [])).toBeNull();
    expect(await under().deliveries.releaseForgotten()).toBe(1);
    expect((await claimed(under(), session)).task.id).toBe(taskId);
    expect(await under().deliveries.releaseForgotten()).toBe(0);
  });
};

const WRITES: Record<string, (store: DeliveryStore, claim: ClaimedDelivery) => Promise<unknown>> = {
  noteFound: (store, { fence }) => store.noteFound(fence, { number: 7 }),
  finish: (store, { fence }) => store.finish(fence, DONE),
  postpone: (store, { fence }) => store.postpone(fence, PAUSE),
};

const fenceContract = (under: Under): void => {
  it.each(Object.keys(WRITES))('%s of a stale try throws lease_lost and changes nothing', async (name) => {
    const { teamId, taskId } = await aDueDelivery(under(), { token: TOKEN });
    const lost = await under().openSession();
    const stale = await claimed(under(), lost);
    await under().loseSession(lost);
    const current = await claimed(under(), await under().openSession());
    const before = await under().look(teamId, taskId);
    const wrong = [
      stale,
      { ...current, fence: { ...current.fence, attempt: current.fence.attempt + 1 } },
      { ...current, fence: { ...current.fence, sessionId: lost } },
    ];
    for (const claim of wrong)
      await expect(WRITES[name]?.(under().deliveries, claim)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await under().look(teamId, taskId)).toEqual(before);
  });

  it('finish of a try that was taken back and that nobody has yet throws lease_lost', async () => {
    const { teamId, taskId } = await aDueDelivery(under());
    for (const end of ['loseSession', 'closeSession'] as const) {
      const session = await under().openSession();
      const claim = await claimed(under(), session);
      await under()[end](session);
      for (const write of [WRITES['finish'], WRITES['postpone']])
        await expect(write?.(under().deliveries, claim)).rejects.toMatchObject({ code: 'lease_lost' });
    }
    expect((await under().look(teamId, taskId)).deliveries).toMatchObject([
      { state: 'pending', error: null },
    ]);
  });
};

const finishContract = (under: Under): void => {
  const look = ({ teamId, taskId }: { teamId: TeamId; taskId: TaskId }) => under().look(teamId, taskId);

  it('ends with its state, its event and what it found, once, however often it is told', async () => {
    const task = await aDueDelivery(under(), { token: TOKEN });
    const session = await under().openSession();
    const { fence } = await claimed(under(), session);
    const url = 'https://github.com/acme/shop/pull/7';
    await under().deliveries.noteFound(fence, { branch: 'drydock/x', commit: 'c1' });
    await under().deliveries.noteFound(fence, { number: 7, url });
    const notices = [{ code: 'delivery_unknown_names', message: 'Nobody knows mona.' }];
    for (let i = 0; i < 3; i++) await under().deliveries.finish(fence, { ...DONE, notices });
    const { deliveries, events, seqs, hasToken } = await look(task);
    expect(deliveries).toEqual([{ id: task.id, kind: 'pull_request', state: 'succeeded', error: null, url }]);
    expect(events).toEqual(['notice delivery_unknown_names', 'delivery.changed succeeded']);
    expect(seqs).toEqual(seqs.map((_seq, i) => i + 1));
    expect(hasToken).toBe(false);
    expect(await under().deliveries.claimNext(session, [])).toBeNull();
  });

  it('keeps the token of a delivery that is held, and drops it with one that failed', async () => {
    for (const [state, isKept] of [
      ['held', true],
      ['failed', false],
    ] as const) {
      const task = await aDueDelivery(under(), { token: TOKEN });
      const { fence } = await claimed(under(), await under().openSession());
      const error = { code: 'delivery_edits_workflows', message: 'It edits workflows.' } as const;
      await under().deliveries.finish(fence, { state, error });
      expect(await look(task)).toMatchObject({ hasToken: isKept, deliveries: [{ state, error }] });
    }
  });

  it('waits as long as it is postponed, with the reason to be seen', async () => {
    const task = await aDueDelivery(under(), { token: TOKEN });
    const session = await under().openSession();
    const { fence } = await claimed(under(), session);
    for (let i = 0; i < 2; i++) await under().deliveries.postpone(fence, PAUSE);
    expect(await look(task)).toMatchObject({
      ...{ hasToken: true, events: [], deliveries: [{ state: 'pending', error: PAUSE.error }] },
    });
    expect(await under().deliveries.claimNext(session, [])).toBeNull();
    await under().makeDue();
    const again = await claimed(under(), session);
    expect(again).toMatchObject({ failures: 1, fence: { attempt: 2 } });
    await under().deliveries.postpone(again.fence, { ...PAUSE, isFailure: false });
    await under().makeDue();
    expect((await claimed(under(), session)).failures).toBe(1);
  });
};

/** Promises of `DeliveryStore`, for every adapter of it. */
export const deliveryStoreContract = (name: string, make: Make): void => {
  describe(`DeliveryStore contract: ${name}`, () => {
    let under: DeliveriesUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    describe('claimNext', () => {
      claimContract(() => under);
    });
    describe('fence', () => {
      fenceContract(() => under);
    });
    describe('the end of a try', () => {
      finishContract(() => under);
    });
    describe('orders and retries', () => {
      deliveryOrderContract(() => under);
    });
  });
};
