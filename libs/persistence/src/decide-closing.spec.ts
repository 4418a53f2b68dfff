import { describe, expect, it } from '@jest/globals';
import { decideClosing, type EndedAttempt } from './decide-closing.ts';

const ended = (rest: Partial<EndedAttempt>): EndedAttempt => ({
  outcome: 'changed',
  error: null,
  cancelRequested: false,
  maxAttempts: 1,
  earlier: { ours: 0, own: 0 },
  ...rest,
});
const error = { code: 'harness_failed', message: 'exit 1' } as const;

describe('decideClosing', () => {
  it.each<[string, Partial<EndedAttempt>, object]>([
    ['success', {}, { status: 'succeeded', outcome: 'changed', error: null }],
    ['failure', { outcome: 'agent_failed', error }, { status: 'failed', outcome: 'agent_failed', error }],
    ['first loss', { outcome: 'lost' }, { status: 'queued', delayMs: 0 }],
    ['second loss', { outcome: 'lost', earlier: { ours: 1, own: 5 } }, { status: 'queued', delayMs: 5_000 }],
    [
      'third loss',
      { outcome: 'lost', earlier: { ours: 2, own: 0 } },
      { status: 'failed', outcome: 'infrastructure', error: { code: 'attempts_lost' } },
    ],
    [
      'third fault of ours',
      { outcome: 'infrastructure', error, earlier: { ours: 2, own: 0 } },
      { status: 'failed', outcome: 'infrastructure', error },
    ],
    ['hand-back', { outcome: 'handed_back', earlier: { ours: 2, own: 9 } }, { status: 'queued', delayMs: 0 }],
    ['another try', { outcome: 'timeout', maxAttempts: 2 }, { status: 'queued', delayMs: 0 }],
    [
      'cancel before another try',
      { outcome: 'timeout', error, maxAttempts: 2, cancelRequested: true },
      { status: 'cancelled', outcome: 'cancelled', error: null },
    ],
    [
      'cancel after the last loss',
      { outcome: 'lost', earlier: { ours: 2, own: 0 }, cancelRequested: true },
      { status: 'cancelled', outcome: 'cancelled', error: null },
    ],
    ['cancel after success', { cancelRequested: true }, { status: 'succeeded', outcome: 'changed' }],
  ])('%s', (_name, attempt, expected) => {
    expect(decideClosing(ended(attempt))).toMatchObject(expected);
  });

  it('says the same in the closing event', () => {
    const final = { status: 'failed', outcome: 'agent_failed', error };
    expect(decideClosing(ended({ outcome: 'agent_failed', error }))).toMatchObject({
      ...{ event: 'task.finished', payload: final },
    });
    expect(decideClosing(ended({ outcome: 'lost' }))).toMatchObject({
      ...{ event: 'task.released', payload: { outcome: 'lost' } },
    });
  });
});
