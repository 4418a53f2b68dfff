import { expect, it } from '@jest/globals';
import { Timeline, widths } from '../task/timeline.ts';
import { recentFigures } from './recent-figures.ts';

const NOW = Date.parse('2026-01-01T12:00:00.000Z');
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

it('puts the tasks of the last hour in parts of two minutes', () => {
  const { finished, waits } = recentFigures(
    [
      { createdAt: at(100), startedAt: at(90), finishedAt: at(10) },
      { createdAt: at(100), startedAt: at(60), finishedAt: at(20) },
      { createdAt: at(3_599), startedAt: at(3_590), finishedAt: at(3_550) },
      { createdAt: at(9_000), startedAt: at(8_000), finishedAt: at(7_000) },
      { createdAt: at(5), startedAt: null, finishedAt: null },
    ],
    NOW,
  );
  expect([finished.length, finished[29], finished[0]]).toEqual([30, 2, 1]);
  expect(finished.reduce((sum, value) => sum + value, 0)).toBe(3);
  expect([waits[29], waits[0], waits[10]]).toEqual([40, 9, null]);
});

it('draws phases as long as they were, those that were cut off included, and none too small to see', () => {
  const timeline = new Timeline();
  const base = { seq: 1, attempt: 1 };
  timeline.add({ ...base, at: at(100), type: 'phase.started', phase: 'checkout' });
  timeline.add({ ...base, at: at(99), type: 'phase.finished', phase: 'checkout', seconds: 1 });
  timeline.add({ ...base, at: at(99), type: 'phase.started', phase: 'agent' });
  timeline.add({ ...base, at: at(39), type: 'task.released', outcome: 'lost', reason: 'x' });
  timeline.add({ ...base, attempt: 2, at: at(30), type: 'phase.started', phase: 'agent' });
  expect(timeline.spans.map(({ phase, seconds, isCutOff }) => [phase, seconds, isCutOff])).toEqual([
    ['checkout', 1, false],
    ['agent', 60, true],
    ['agent', null, false],
  ]);
  const [checkout = 0, lost = 0, live = 0] = widths(timeline.spans, NOW);
  expect(lost / live).toBeCloseTo(2);
  expect(lost / checkout).toBeCloseTo(12);
  expect(checkout + lost + live).toBeCloseTo(100);
});
