import { describe, expect, it } from '@jest/globals';
import { AttemptAborted } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import { collectDeadline } from './collect-deadline.ts';

describe('the deadline of collect', () => {
  it.each(['before', 'while'] as const)('ends soon when a cancel came %s it ran', async (when) => {
    const attempt = new AbortController();
    const cancel = new AttemptAborted('cancel');
    if (when === 'before') attempt.abort(cancel);
    const own = collectDeadline(attempt.signal, 20);
    if (when === 'while') attempt.abort(cancel);
    expect(own.aborted).toBe(false);
    await eventually(() => Promise.resolve(own.aborted));
    expect(own.reason).toBe(cancel);
  });

  it('is not shortened by any other end, whose partial work is to be kept', async () => {
    const attempt = new AbortController();
    const own = collectDeadline(attempt.signal, 0);
    attempt.abort(new AttemptAborted('timeout'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(own.aborted).toBe(false);
  });
});
