import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { OwnerCircuits } from './owner-circuits.ts';

const away = new AppError('forge_unreachable', 'The code host does not answer.');

describe('the circuit of an owner', () => {
  let nowMs = 0;
  let circuits: OwnerCircuits;
  beforeEach(() => {
    nowMs = 1_000;
    circuits = new OwnerCircuits(() => nowMs);
  });
  const fail = (times: number, reason = away): void => {
    for (let i = 0; i < times; i++) circuits.failed('acme', reason);
  };

  it('opens after three failures in a row, for longer with each, and for no other owner', () => {
    fail(2);
    expect(circuits.pauseOf('acme')).toBeNull();
    fail(1);
    expect(circuits.pauseOf('ACME')).toEqual({ delayMs: 30_000, reason: away });
    expect(circuits.pauseOf('globex')).toBeNull();
    nowMs += 30_000;
    expect(circuits.pauseOf('acme')).toBeNull();
    fail(1);
    expect(circuits.pauseOf('acme')?.delayMs).toBe(60_000);
    fail(1_000);
    expect(circuits.pauseOf('acme')?.delayMs).toBe(300_000);
  });

  it('closes with the first answer', () => {
    fail(5);
    circuits.answered('Acme');
    expect(circuits.pauseOf('acme')).toBeNull();
    fail(2);
    expect(circuits.pauseOf('acme')).toBeNull();
  });

  it('opens at once when the code host asks for patience, for as long as it asks', () => {
    fail(1, new AppError('forge_rate_limited', 'Too many requests.', { retryAfterSeconds: 90 }));
    expect(circuits.pauseOf('acme')?.delayMs).toBe(90_000);
    circuits.answered('acme');
    fail(1, new AppError('forge_rate_limited', 'Too many requests.'));
    expect(circuits.pauseOf('acme')?.delayMs).toBe(60_000);
  });
});
