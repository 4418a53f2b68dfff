import { describe, expect, it } from '@jest/globals';
import { LEASE_MS, LeaseClock, SELF_ABORT_MS } from './lease-clock.ts';

describe('LeaseClock', () => {
  it.each([
    [0, 0, 0, 'ok'],
    [LEASE_MS, 0, 0, 'ok'],
    [LEASE_MS + 1, 0, LEASE_MS, 'slept'],
    [SELF_ABORT_MS + 1, SELF_ABORT_MS, 0, 'cut_off'],
    [SELF_ABORT_MS, SELF_ABORT_MS, 0, 'ok'],
  ] as const)('at %d, ticked at %d, renewed at %d: %s', (now, tick, renewal, verdict) => {
    let nowMs = 0;
    const clock = new LeaseClock(() => nowMs);
    nowMs = tick;
    clock.tick();
    clock.renewed(renewal);
    nowMs = now;
    expect(clock.judge()).toBe(verdict);
  });

  it('tells of a sleep until the next tick, which is the last to hear of it', () => {
    let nowMs = 0;
    const clock = new LeaseClock(() => nowMs);
    nowMs = LEASE_MS + 1;
    expect([clock.judge(), clock.judge(), clock.tick(), clock.tick(), clock.judge()]).toEqual([
      ...['slept', 'slept', 'slept', 'ok', 'ok'],
    ]);
  });

  it('tells of being cut off, however punctual its ticks, until it renews', () => {
    let nowMs = 0;
    const clock = new LeaseClock(() => nowMs);
    for (; nowMs <= SELF_ABORT_MS; nowMs += 2000) expect(clock.tick()).toBe('ok');
    expect(clock.tick()).toBe('cut_off');
    clock.renewed(nowMs - 1000);
    expect(clock.tick()).toBe('ok');
  });
});
