import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { abortKindOf, AppError, AttemptAborted, type SessionId, type TaskId } from '@drydock/domain';
import type { Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, Claim } from '../ports/attempt-store.ts';
import type { Heartbeat, SessionInfo, SessionStore } from '../ports/session-store.ts';
import { LEASE_MS } from './lease-clock.ts';
import { WorkerSession } from './worker-session.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const fenceOf = (session: WorkerSession, task: string): Fence => ({
  taskId: task as TaskId,
  attempt: 1,
  sessionId: session.id,
});

interface Answers {
  readonly heartbeat?: () => Promise<Heartbeat>;
  readonly open?: () => Promise<void>;
  readonly claimNext?: () => Promise<Claim | null>;
  readonly finish?: () => Promise<'requeued'>;
}

/** A session whose stores answer as told; without a word they answer well. */
const makeSession = async (answers: Answers) => {
  const [handedBack, ends, opened, claims]: [Fence[], AttemptEnd[], SessionId[], SessionId[]] = [
    [],
    [],
    [],
    [],
  ];
  const attempts = {
    claimNext: (id: SessionId) => (claims.push(id), answers.claimNext?.() ?? Promise.resolve(null)),
    finish: (fence: Fence, end: AttemptEnd) => {
      handedBack.push(fence);
      ends.push(end);
      return answers.finish?.() ?? Promise.resolve('requeued' as const);
    },
  };
  let boots = 0;
  const store = {
    open: async (info: SessionInfo) => {
      await answers.open?.();
      opened.push(info.id);
    },
    heartbeat: () => answers.heartbeat?.() ?? Promise.resolve({ cancel: [], owned: [] }),
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
  return { session, opened, handedBack, ends, claims };
};

/** No timer fires, and the clock goes on. */
const sleep = (milliseconds: number): void => {
  const now = performance.now();
  jest.spyOn(performance, 'now').mockReturnValue(now + milliseconds);
};

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('WorkerSession', () => {
  it('passes a cancel to the attempt it is meant for', async () => {
    let reply: Heartbeat = { cancel: [], owned: [] };
    const { session } = await makeSession({ heartbeat: () => Promise.resolve(reply) });
    const [a, b] = [fenceOf(session, 'a'), fenceOf(session, 'b')];
    const [stopA, stopB] = [session.adopt(a), session.adopt(b)];
    reply = { cancel: [a.taskId], owned: [a, b] };
    await session.beat();
    expect([abortKindOf(stopA.signal), abortKindOf(stopB.signal)]).toEqual(['cancel', null]);
    await session.close();
  });

  it('stops an attempt that the database no longer counts as its own', async () => {
    const { session } = await makeSession({ heartbeat: () => Promise.resolve({ cancel: [], owned: [] }) });
    const stop = session.adopt(fenceOf(session, 'a'));
    await session.beat();
    expect(abortKindOf(stop.signal)).toBe('lease_lost');
    await session.close();
  });

  it('spares an attempt that was adopted while the question was under way', async () => {
    let answer = (_: Heartbeat): void => undefined;
    const { session } = await makeSession({ heartbeat: () => new Promise((resolve) => (answer = resolve)) });
    const beat = session.beat();
    const stop = session.adopt(fenceOf(session, 'a'));
    answer({ cancel: [], owned: [] });
    await beat;
    expect(stop.signal.aborted).toBe(false);
    await session.close();
  });

  it('ends an attempt that it owns and nobody runs, as a fault of ours, at the second heartbeat', async () => {
    let owned: Fence[] = [];
    const { session, handedBack, ends } = await makeSession({
      heartbeat: () => Promise.resolve({ cancel: [], owned }),
    });
    owned = [fenceOf(session, 'stray')];
    await session.beat();
    expect(handedBack).toEqual([]);
    await session.beat();
    expect(handedBack).toEqual(owned);
    expect(ends).toMatchObject([{ outcome: 'infrastructure', error: { code: 'internal' } }]);
    await session.close();
  });

  it('leaves an unknown attempt alone while the claim that may bring it is under way', async () => {
    let owned: Fence[] = [];
    const answer = Promise.withResolvers<Claim | null>();
    const { session, handedBack } = await makeSession({
      heartbeat: () => Promise.resolve({ cancel: [], owned }),
      claimNext: () => answer.promise,
    });
    owned = [fenceOf(session, 'late')];
    const claiming = session.claim();
    for (let i = 0; i < 3; i++) await session.beat();
    expect(handedBack).toEqual([]);
    answer.resolve({ fence: owned[0] } as Claim);
    expect((await claiming)?.held.signal.aborted).toBe(false);
    for (let i = 0; i < 3; i++) await session.beat();
    expect(handedBack).toEqual([]);
    await session.close();
  });

  it('goes on with its heartbeats while the end of a stray finds no answer', async () => {
    let owned: Fence[] = [];
    const { session } = await makeSession({
      heartbeat: () => Promise.resolve({ cancel: [], owned }),
      finish: () => new Promise(() => undefined),
    });
    owned = [fenceOf(session, 'stray')];
    for (let i = 0; i < 4; i++) await session.beat();
    await session.close();
  });

  it("keeps its other attempts when a stray turns out to be somebody else's", async () => {
    let owned: Fence[] = [];
    const { session, opened } = await makeSession({
      heartbeat: () => Promise.resolve({ cancel: [], owned }),
      finish: () => Promise.reject(new AppError('lease_lost', 'swept')),
    });
    const mine = session.adopt(fenceOf(session, 'mine'));
    owned = [mine.fence, fenceOf(session, 'stray')];
    for (let i = 0; i < 3; i++) await session.beat();
    expect([mine.signal.aborted, opened]).toEqual([false, ['w:1']]);
    await session.close();
  });

  it('hands back an attempt whose claim was under way when the others were told', async () => {
    const { session } = await makeSession({ heartbeat: () => Promise.resolve({ cancel: [], owned: [] }) });
    session.stopClaiming();
    session.handBack();
    expect(abortKindOf(session.adopt(fenceOf(session, 'late')).signal)).toBe('drain');
    await session.close();
  });

  it('begins anew under another id when its lease has ended', async () => {
    const { session, opened } = await makeSession({
      heartbeat: () => Promise.reject(new AppError('lease_lost', 'ended')),
    });
    const stop = session.adopt(fenceOf(session, 'a'));
    await session.beat();
    expect(opened).toEqual(['w:1', 'w:2']);
    expect([abortKindOf(stop.signal), abortKindOf(stop.lost)]).toEqual(['lease_lost', 'lease_lost']);
    expect(session.adopt(fenceOf(session, 'b')).lost.aborted).toBe(false);
    await session.close();
  });

  it('aborts before any other statement when it slept past its lease', async () => {
    let asked = 0;
    const { session, opened } = await makeSession({
      heartbeat: () => Promise.resolve({ cancel: [], owned: (asked++, []) }),
    });
    const stop = session.adopt(fenceOf(session, 'a'));
    sleep(LEASE_MS + 1000);
    await session.beat();
    expect([abortKindOf(stop.signal), asked, opened]).toEqual(['slept', 0, ['w:1', 'w:2']]);
    await session.close();
  });

  it('does nothing about an answer that waited while it slept', async () => {
    const answer = Promise.withResolvers<Heartbeat>();
    const { session, handedBack } = await makeSession({ heartbeat: () => answer.promise });
    const stray = fenceOf(session, 'stray');
    const [stop, beat] = [session.adopt(fenceOf(session, 'a')), session.beat()];
    sleep(LEASE_MS + 1000);
    answer.resolve({ cancel: [stop.fence.taskId], owned: [stray] });
    await beat;
    expect([abortKindOf(stop.signal), session.isOpen, handedBack]).toEqual(['slept', false, []]);
    await session.close();
  });

  it('lets a statement find out about the sleep when it wakes up before the heartbeat', async () => {
    const { session, claims } = await makeSession({});
    const [a, b] = [session.adopt(fenceOf(session, 'a')), session.adopt(fenceOf(session, 'b'))];
    a.stop(new AttemptAborted('cancel'));
    sleep(LEASE_MS + 1000);
    expect(() => {
      a.check();
    }).toThrow('slept');
    expect([abortKindOf(a.signal), abortKindOf(a.lost), abortKindOf(b.signal)]).toEqual([
      ...['cancel', 'slept', 'slept'],
    ]);
    expect([session.isOpen, await session.claim(), claims]).toEqual([false, null, []]);
    await session.beat();
    await session.claim();
    expect([session.isOpen, claims]).toEqual([true, ['w:2']]);
    await session.close();
  });

  it('does not take a database that is slow to answer for a sleep', async () => {
    jest.useFakeTimers();
    const { session } = await makeSession({ heartbeat: () => new Promise(() => undefined) });
    const stop = session.adopt(fenceOf(session, 'a'));
    await jest.advanceTimersByTimeAsync(60_000);
    stop.check();
    expect(stop.signal.aborted).toBe(false);
    await session.close();
  });

  it('claims nothing until its next session is open, and opens it by itself once PostgreSQL is back', async () => {
    let isAway = false;
    const answer = <T>(value: T): Promise<T> =>
      isAway ? Promise.reject(new AppError('service_unavailable', 'away')) : Promise.resolve(value);
    const { session, opened, claims } = await makeSession({
      heartbeat: () => answer({ cancel: [], owned: [] }),
      open: () => answer(undefined),
    });
    sleep(LEASE_MS + 1000);
    isAway = true;
    for (let i = 0; i < 5; i++) {
      await session.beat();
      expect([session.isOpen, await session.claim()]).toEqual([false, null]);
    }
    expect(claims).toEqual([]);
    isAway = false;
    await session.beat();
    await session.claim();
    expect([session.isOpen, opened, claims]).toEqual([true, ['w:1', 'w:2'], ['w:2']]);
    await session.close();
  });

  it('goes on while PostgreSQL is away, and gives up after two minutes', async () => {
    const { session, opened } = await makeSession({
      heartbeat: () => Promise.reject(new AppError('service_unavailable', 'away')),
    });
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
    // Not the old id again: what was given up must not come back with it.
    expect([abortKindOf(stop.signal), opened]).toEqual(['cut_off', ['w:1', 'w:2']]);
    await session.close();
  });
});
