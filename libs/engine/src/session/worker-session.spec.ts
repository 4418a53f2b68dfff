import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { abortKindOf, AppError, type SessionId, type TaskId } from '@drydock/domain';
import type { Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd } from '../ports/attempt-store.ts';
import type { Heartbeat, SessionInfo, SessionStore } from '../ports/session-store.ts';
import { judgeLease, LEASE_MS, SELF_ABORT_MS } from './lease-clock.ts';
import { WorkerSession } from './worker-session.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const fenceOf = (session: WorkerSession, task: string): Fence => ({
  taskId: task as TaskId,
  attempt: 1,
  sessionId: session.id,
});

const makeSession = async (heartbeat: () => Promise<Heartbeat>) => {
  const handedBack: Fence[] = [];
  const ends: AttemptEnd[] = [];
  const attempts = {
    claimNext: () => Promise.resolve(null),
    finish: (fence: Fence, end: AttemptEnd) =>
      Promise.resolve((handedBack.push(fence), ends.push(end), 'requeued' as const)),
  };
  const opened: SessionId[] = [];
  let boots = 0;
  const store = {
    open: (info: SessionInfo) => Promise.resolve(void opened.push(info.id)),
    heartbeat,
    close: () => Promise.resolve(),
  };
  const describeWorker = (): SessionInfo => ({
    id: `w:${String(++boots)}` as SessionId,
    workerId: 'w',
    bootNonce: String(boots),
    host: 'h',
    version: '0',
    concurrency: 1,
  });
  const session = new WorkerSession({
    store: store as unknown as SessionStore,
    attempts,
    describe: describeWorker,
    log,
  });
  await session.open();
  return { session, opened, handedBack, ends };
};

afterEach(() => {
  jest.restoreAllMocks();
});

describe('judging the lease', () => {
  it.each([
    [0, 0, 0, 'ok'],
    [LEASE_MS, 0, 0, 'ok'],
    [LEASE_MS + 1, 0, LEASE_MS, 'slept'],
    [SELF_ABORT_MS + 1, SELF_ABORT_MS, 0, 'cut_off'],
    [SELF_ABORT_MS, SELF_ABORT_MS, 0, 'ok'],
  ] as const)('at %d, ticked at %d, renewed at %d: %s', (now, tick, renewal, verdict) => {
    expect(judgeLease(now, tick, renewal)).toBe(verdict);
  });
});

describe('WorkerSession', () => {
  it('passes a cancel to the attempt it is meant for', async () => {
    let reply: Heartbeat = { cancel: [], owned: [] };
    const { session } = await makeSession(() => Promise.resolve(reply));
    const [a, b] = [fenceOf(session, 'a'), fenceOf(session, 'b')];
    const [stopA, stopB] = [session.adopt(a), session.adopt(b)];
    reply = { cancel: [a.taskId], owned: [a, b] };
    await session.beat();
    expect([abortKindOf(stopA.signal), abortKindOf(stopB.signal)]).toEqual(['cancel', null]);
    await session.close();
  });

  it('stops an attempt that the database no longer counts as its own', async () => {
    const { session } = await makeSession(() => Promise.resolve({ cancel: [], owned: [] }));
    const stop = session.adopt(fenceOf(session, 'a'));
    await session.beat();
    expect(abortKindOf(stop.signal)).toBe('lease_lost');
    await session.close();
  });

  it('spares an attempt that was adopted while the question was under way', async () => {
    let answer = (_: Heartbeat): void => undefined;
    const { session } = await makeSession(() => new Promise((resolve) => (answer = resolve)));
    const beat = session.beat();
    const stop = session.adopt(fenceOf(session, 'a'));
    answer({ cancel: [], owned: [] });
    await beat;
    expect(stop.signal.aborted).toBe(false);
    await session.close();
  });

  it('ends an attempt that it owns and nobody runs, as a fault of ours, once no claim can be under way any more', async () => {
    let owned: Fence[] = [];
    const { session, handedBack, ends } = await makeSession(() => Promise.resolve({ cancel: [], owned }));
    owned = [fenceOf(session, 'stray')];
    const start = performance.now();
    const clock = jest.spyOn(performance, 'now');
    for (let seconds = 2; seconds <= 16; seconds += 2) {
      clock.mockReturnValue(start + seconds * 1000);
      await session.beat();
    }
    expect(handedBack).toEqual([]);
    clock.mockReturnValue(start + 18_000);
    await session.beat();
    expect(handedBack).toEqual(owned);
    expect(ends).toMatchObject([{ outcome: 'infrastructure', error: { code: 'internal' } }]);
    await session.close();
  });

  it('hands back an attempt whose claim was under way when the others were told', async () => {
    const { session } = await makeSession(() => Promise.resolve({ cancel: [], owned: [] }));
    session.stopClaiming();
    session.handBack();
    expect(abortKindOf(session.adopt(fenceOf(session, 'late')).signal)).toBe('drain');
    await session.close();
  });

  it('begins anew under another id when its lease has ended', async () => {
    const { session, opened } = await makeSession(() => Promise.reject(new AppError('lease_lost', 'ended')));
    const stop = session.adopt(fenceOf(session, 'a'));
    const lost = session.lostSignal;
    await session.beat();
    expect(opened).toEqual(['w:1', 'w:2']);
    expect([abortKindOf(stop.signal), lost.aborted, session.lostSignal.aborted]).toEqual([
      'lease_lost',
      true,
      false,
    ]);
    await session.close();
  });

  it('aborts before any other statement when it slept past its lease', async () => {
    let asked = 0;
    const { session } = await makeSession(() => Promise.resolve({ cancel: [], owned: (asked++, []) }));
    const stop = session.adopt(fenceOf(session, 'a'));
    const now = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(now + LEASE_MS + 1000);
    await session.beat();
    expect([abortKindOf(stop.signal), asked]).toEqual(['lease_lost', 0]);
    await session.close();
  });

  it('goes on while PostgreSQL is away, and gives up after two minutes', async () => {
    const { session } = await makeSession(() => Promise.reject(new AppError('service_unavailable', 'away')));
    const stop = session.adopt(fenceOf(session, 'a'));
    const start = performance.now();
    const clock = jest.spyOn(performance, 'now');
    for (let seconds = 2; seconds <= 118; seconds += 2) {
      clock.mockReturnValue(start + seconds * 1000);
      await session.beat();
    }
    expect(stop.signal.aborted).toBe(false);
    for (const seconds of [120, 122]) {
      clock.mockReturnValue(start + seconds * 1000);
      await session.beat();
    }
    expect(abortKindOf(stop.signal)).toBe('lease_lost');
    await session.close();
  });
});
