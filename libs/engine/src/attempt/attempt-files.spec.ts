import { describe, expect, it } from '@jest/globals';
import { AppError, AttemptAborted } from '@drydock/domain';
import type { Claim } from '../ports/attempt-store.ts';
import type { HeldAttempt } from '../session/held-attempt.ts';
import { KEY, workerInMemory } from '../testing/worker-in-memory.ts';

const PREFIX = `tasks/${KEY.taskId}/attempts/1/`;

/** A worker whose attempt can be stopped from here, and the keys that its store holds. */
const worker = () => {
  const it = workerInMemory();
  const adopted: HeldAttempt[] = [];
  const adopt = it.session.adopt.bind(it.session);
  it.session.adopt = (fence) => {
    const held = adopt(fence);
    adopted.push(held);
    return held;
  };
  const stop = (kind: 'slept' | 'lease_lost' | 'drain'): void => {
    adopted[0]?.stop(new AttemptAborted(kind));
  };
  return { ...it, stop, left: () => [...it.artifacts.contents.keys()] };
};

describe('files of an attempt', () => {
  it('stay when the end that names them was written', async () => {
    const it = worker();
    await it.run();
    expect(it.left().sort()).toEqual(it.attempts.end?.artifacts.map(({ name }) => PREFIX + name).sort());
  });

  it('go when the attempt was taken back before its end was told', async () => {
    const it = worker();
    const finish = it.attempts.finish.bind(it.attempts);
    it.attempts.finish = (fence, end) => {
      expect(it.left()).not.toEqual([]);
      it.attempts.takeBack();
      return finish(fence, end);
    };
    await it.run();
    expect([it.attempts.end, it.left()]).toEqual([null, []]);
  });

  it('stay when the answer to the end got lost and the lease after it: the end may have been written', async () => {
    const it = worker();
    const finish = it.attempts.finish.bind(it.attempts);
    it.attempts.finish = async (fence, end) => {
      await finish(fence, end);
      it.stop('slept');
      throw new AppError('service_unavailable', 'The answer got lost.');
    };
    await it.run();
    expect(it.attempts.end?.outcome).toBe('changed');
    expect(it.left()).toHaveLength(it.attempts.end?.artifacts.length ?? 0);
  });

  it.each(['slept', 'lease_lost'] as const)(
    'go when a zombie wakes up (%s) in the middle of storing them, and it writes nothing more',
    async (kind) => {
      const it = worker();
      const put = it.artifacts.put.bind(it.artifacts);
      let puts = 0;
      it.artifacts.put = async (key, source, options) => {
        if (++puts === 2) it.stop(kind);
        // One that was too far to be stopped.
        return put(key, source, puts === 1 ? { ...options, signal: new AbortController().signal } : options);
      };
      await it.run();
      expect([it.attempts.end, it.left()]).toEqual([null, []]);
    },
  );

  it('go all when one of them cannot be stored, since the end names none', async () => {
    const it = worker();
    const put = it.artifacts.put.bind(it.artifacts);
    it.artifacts.put = async (key, source, options) => {
      if (key.endsWith('result.json')) throw new AppError('store_failed', 'The disk is full.');
      return put(key, source, options);
    };
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'infrastructure', artifacts: [] });
    expect(it.left()).toEqual([]);
  });

  it('go when the attempt is handed back although it had stored some', async () => {
    const it = worker();
    const put = it.artifacts.put.bind(it.artifacts);
    it.artifacts.put = async (key, source, options) => {
      if (!key.endsWith('result.json')) return put(key, source, options);
      it.stop('drain');
      throw new AppError('store_failed', 'The disk is full.');
    };
    await it.run();
    expect(it.attempts.end).toMatchObject({ outcome: 'handed_back', artifacts: [] });
    expect(it.left()).toEqual([]);
  });
});

describe('files of attempts before this one', () => {
  it('go when their attempt was lost, should whoever swept it have died before it removed them', async () => {
    const it = worker();
    const claimNext = it.attempts.claimNext.bind(it.attempts);
    it.attempts.claimNext = async (session) => {
      const claim = await claimNext(session);
      const attempts = [
        { number: 7, outcome: 'lost' },
        { number: 8, outcome: 'agent_failed' },
      ] as unknown as Claim['task']['attempts'];
      return claim && { ...claim, task: { ...claim.task, attempts } };
    };
    const earlier = [7, 8].map((attempt) => `tasks/${KEY.taskId}/attempts/${String(attempt)}/agent.log`);
    for (const key of earlier) it.artifacts.contents.set(key, Buffer.from('x'));
    await it.run();
    expect(it.left().filter((key) => !key.startsWith(PREFIX))).toEqual(earlier.slice(1));
  });
});

describe('an attempt that ends without its worker', () => {
  it('is counted as cancelled when it is handed back after a cancel', async () => {
    const it = worker();
    const told: unknown[] = [];
    it.telemetry.taskFinished = (outcome) => void told.push(outcome);
    it.attempts.finish = () => Promise.resolve('finished');
    it.workspaces.open = () => {
      it.stop('drain');
      return Promise.reject(new Error('stopped'));
    };
    await it.run();
    expect(told).toEqual(['cancelled']);
  });
});
