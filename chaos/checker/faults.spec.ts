import { describe, expect, it } from '@jest/globals';
import type { AttemptEvidence, FaultRecord } from './evidence.ts';
import { AFTERMATH_MS, isExcused } from './faults.ts';

const fault = (more: Partial<FaultRecord>): FaultRecord => ({
  id: '1',
  kind: 'a fault',
  target: 'worker-1',
  startedAt: 10_000,
  endedAt: 11_000,
  mayEnd: [],
  clockShiftMs: 0,
  hidesDatabase: false,
  ...more,
});
const killed = fault({ mayEnd: ['infrastructure'] });
const attemptUntil = (finishedAt: number, errorCode = 'sandbox_failed'): AttemptEvidence =>
  ({ workerId: 'worker-1', startedAt: 0, finishedAt, errorCode }) as AttemptEvidence;

describe('an end that a fault brought about', () => {
  it('is excused for some time after it', () => {
    const last = killed.endedAt + AFTERMATH_MS;
    expect(isExcused([killed], attemptUntil(last), 'infrastructure')).toBe(true);
    expect(isExcused([killed], attemptUntil(last + 1), 'infrastructure')).toBe(false);
  });

  it('may be told later when the database could not be reached meanwhile', () => {
    const away = fault({ startedAt: 20_000, endedAt: 50_000, hidesDatabase: true });
    const cut = fault({ startedAt: 70_000, endedAt: 72_000, hidesDatabase: true });
    const attempt = attemptUntil(72_000 + AFTERMATH_MS);
    expect(isExcused([cut, killed, away], attempt, 'infrastructure')).toBe(true);
    expect(isExcused([cut, killed], attempt, 'infrastructure')).toBe(false);
    const elsewhere = { ...away, target: 'worker-2' };
    expect(isExcused([cut, killed, elsewhere], attempt, 'infrastructure')).toBe(false);
  });

  it('is that of a claim whose answer got lost, and of no other attempt', () => {
    const cut = fault({ startedAt: 3_000, endedAt: 20_000, hidesDatabase: true });
    expect(isExcused([cut], attemptUntil(30_000, 'internal'), 'infrastructure')).toBe(true);
    expect(isExcused([cut], attemptUntil(30_000), 'infrastructure')).toBe(false);
    const later = { ...cut, startedAt: 6_000 };
    expect(isExcused([later], attemptUntil(30_000, 'internal'), 'infrastructure')).toBe(false);
  });
});
