import { describe, expect, it } from '@jest/globals';
import { CRASH_POINTS } from '@drydock/domain';
import { FAULTS } from './catalogue.ts';
import {
  CLIENT_POINTS,
  DELIVERY_POINTS,
  INBOUND_POINTS,
  TASK_POINTS,
  TELLING_POINTS,
  WEBHOOK_POINTS,
} from './process-faults.ts';
import { planStrikes } from './schedule.ts';

describe('the schedule of faults', () => {
  it('is the same for the same seed and another for another', () => {
    expect(planStrikes(FAULTS, 7, 300)).toEqual(planStrikes(FAULTS, 7, 300));
    expect(planStrikes(FAULTS, 7, 300)).not.toEqual(planStrikes(FAULTS, 8, 300));
  });

  it('meets every kind of fault within five minutes, each within its bounds', () => {
    const strikes = planStrikes(FAULTS, 1, 300);
    expect(new Set(strikes.map(({ kind }) => kind))).toEqual(new Set(FAULTS.map(({ kind }) => kind)));
    for (const strike of strikes) {
      const [least, most] = FAULTS.find(({ kind }) => kind === strike.kind)?.seconds ?? [0, -1];
      expect(strike.seconds).toBeGreaterThanOrEqual(least);
      expect(strike.seconds).toBeLessThanOrEqual(most);
    }
  });

  it('lets no strike begin after the time is over', () => {
    for (const { atMs } of planStrikes(FAULTS, 3, 60)) expect(atMs).toBeLessThan(60_000);
  });

  it('knows a process for every crash point', () => {
    expect(CLIENT_POINTS).toContain('submit.after_insert');
    expect(TASK_POINTS).toContain('finish.before');
    const ofForges = [WEBHOOK_POINTS, INBOUND_POINTS, TELLING_POINTS, DELIVERY_POINTS];
    for (const points of ofForges) expect(points).not.toEqual([]);
    expect([CLIENT_POINTS, TASK_POINTS, ...ofForges].flat().sort()).toEqual([...CRASH_POINTS].sort());
  });
});
