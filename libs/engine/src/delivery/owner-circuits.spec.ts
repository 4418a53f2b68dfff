import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { circuitOf, OwnerCircuits } from './owner-circuits.ts';

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

  it('is not that of a task which brings a credential of its own', () => {
    const [ours, own, another] = [null, 'a token', 'another token'].map((token) => circuitOf('acme', token));
    for (let i = 0; i < 3; i++) circuits.failed(own!, away);
    const pauses = [ours, own, another].map((circuit) => circuits.pauseOf(circuit!)?.delayMs);
    expect(pauses).toEqual([undefined, 30_000, undefined]);
    expect(own).not.toContain('token');
  });

  it('is forgotten when there are very many', () => {
    for (let i = 0; i <= 1_000; i++) for (let n = 0; n < 3; n++) circuits.failed(`owner${String(i)}`, away);
    expect(circuits.pauseOf('owner0')).toBeNull();
    expect(circuits.pauseOf('owner1')?.delayMs).toBe(30_000);
  });
});
