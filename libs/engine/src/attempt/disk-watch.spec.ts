import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { abortKindOf } from '@drydock/domain';
import { KEY, workerInMemory } from '../testing/worker-in-memory.ts';
import { watchDisk } from './disk-watch.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Watches for so many samples, of which those fail that `fails` says. */
const watched = async (samples: number, fails: (nth: number) => boolean) => {
  const ports = workerInMemory();
  let nth = 0;
  ports.workspaces.diskUse = () =>
    fails(++nth)
      ? Promise.reject(new Error('du took too long'))
      : Promise.resolve({ usedBytes: 1, exceeded: false });
  const { signal, stop } = watchDisk({ key: KEY, ports });
  for (let i = 0; i < samples; i++) await jest.advanceTimersByTimeAsync(2000);
  const kind = abortKindOf(signal);
  stop();
  expect(jest.getTimerCount()).toBe(0);
  return kind;
};

describe('the watch over the disk', () => {
  it('ends what makes its disk use immeasurable: a limit that nobody can watch is none', async () => {
    expect(await watched(5, () => true)).toBe('fault');
  });

  it('bears with samples that fail now and then', async () => {
    expect(await watched(50, (nth) => nth % 5 !== 0)).toBeNull();
  });
});
