import { expect, it } from '@jest/globals';
import type { TaskEvent } from '@drydock/sdk';
import { advance, NO_PROGRESS, progressLine } from './task-progress.ts';

let seq = 0;
/** Only the fields that progress is made of. */
const event = (type: TaskEvent['type'], more: object = {}): TaskEvent =>
  ({ seq: ++seq, at: '2026-01-01T00:00:00.000Z', attempt: 1, type, v: 1, ...more }) as TaskEvent;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const call = (costUsd: number | null): TaskEvent =>
  event('model.call', { inputTokens: 12_000, outputTokens: 300, costUsd });

it('shows phase, time, steps, tokens and cost', () => {
  const events = [event('task.claimed'), event('phase.started', { phase: 'agent' }), call(0.01), call(0.002)];
  const progress = events.reduce(advance, NO_PROGRESS);
  expect(progressLine(progress, 0, START + 63_000)).toBe('agent · 1m03s · 2 steps · 24.6k tokens · $0.0120');
});

it('says that the cost is unknown once one price was', () => {
  const progress = [call(0.01), call(null), call(0.01)].reduce(advance, NO_PROGRESS);
  expect(progressLine(progress, START, START)).toContain('$?');
});

it('counts the wait in the queue from the start of the watching, and names later attempts', () => {
  expect(progressLine(NO_PROGRESS, START, START + 5_000)).toBe('queued · 5s');
  const again = [event('task.claimed'), event('task.released'), event('task.claimed', { attempt: 2 })];
  expect(progressLine(again.reduce(advance, NO_PROGRESS), 0, START)).toBe('running · 0s · attempt 2');
});
