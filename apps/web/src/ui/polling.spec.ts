import { describe, expect, it, jest } from '@jest/globals';
import { Polling, type PollOptions } from './polling.ts';

/** A source whose answers come when the test says so. */
const openPolling = (options: Partial<PollOptions<number>> = {}) => {
  const waiting: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  const seen: unknown[] = [];
  const polling = new Polling<number>({
    load: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    everyMs: 0,
    onValue: (value) => seen.push(value),
    onError: (error) => seen.push(error),
    isHidden: () => false,
    ...options,
  });
  return { polling, waiting, seen };
};
const settle = () => jest.advanceTimersByTimeAsync(0);

describe('reading something again and again', () => {
  jest.useFakeTimers();

  it('lets an answer arrive however often it is asked for meanwhile, and asks once more after it', async () => {
    const { polling, waiting, seen } = openPolling();
    for (let i = 0; i < 5; i++) polling.refresh();
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve(1);
    await settle();
    expect([seen, waiting.length]).toEqual([[1], 2]);
    waiting[1]?.resolve(2);
    await settle();
    expect([seen, waiting.length]).toEqual([[1, 2], 2]);
  });

  it('goes on after a failed try', async () => {
    const { polling, waiting, seen } = openPolling({ everyMs: 1_000 });
    polling.refresh();
    waiting[0]?.reject(new Error('away'));
    await jest.advanceTimersByTimeAsync(1_000);
    waiting[1]?.resolve(2);
    await settle();
    expect(seen).toEqual([new Error('away'), 2]);
    polling.stop();
  });

  it('waits while nobody looks, and begins at once when somebody does', async () => {
    let isHidden = true;
    const { polling, waiting } = openPolling({ everyMs: 1_000, isHidden: () => isHidden });
    polling.refresh();
    waiting[0]?.resolve(1);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(waiting).toHaveLength(1);
    isHidden = false;
    polling.wake();
    expect(waiting).toHaveLength(2);
    polling.stop();
  });

  it('says nothing any more once it was stopped', async () => {
    const { polling, waiting, seen } = openPolling({ everyMs: 10 });
    polling.refresh();
    polling.stop();
    waiting[0]?.resolve(1);
    await jest.advanceTimersByTimeAsync(100);
    expect([seen, waiting.length]).toEqual([[], 1]);
  });
});
