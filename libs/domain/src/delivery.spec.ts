import { describe, expect, it } from '@jest/globals';
import {
  deliveryAfterTask,
  deliveryBranch,
  deliveryDelayMs,
  pullRequestDeliveryId,
  type EndedTask,
} from './delivery.ts';
import { taskIdFrom } from './ids.ts';
import { OUTCOMES } from './outcome.ts';

const ended = (more: Partial<EndedTask>): EndedTask => ({
  outcome: 'changed',
  exitCodes: [],
  when: null,
  ...more,
});
const codeOf = (more: Partial<EndedTask>): string => {
  const decision = deliveryAfterTask(ended(more));
  return decision.do === 'deliver' ? 'deliver' : `${decision.state} ${decision.error.code}`;
};

describe('a delivery whose task has ended', () => {
  it('delivers what changed, with and without verify commands', () => {
    expect(codeOf({})).toBe('deliver');
    expect(codeOf({ exitCodes: [0, 0] })).toBe('deliver');
    expect(codeOf({ when: 'changed' })).toBe('deliver');
    expect(codeOf({ when: 'verified', exitCodes: [0] })).toBe('deliver');
  });

  it('holds back what was not verified, unless any patch was asked for', () => {
    const failed = { outcome: 'verification_failed', exitCodes: [0, 1] } as const;
    expect(codeOf(failed)).toBe('held delivery_not_verified');
    expect(codeOf({ ...failed, when: 'verified' })).toBe('held delivery_not_verified');
    expect(codeOf({ ...failed, when: 'changed' })).toBe('deliver');
    expect(codeOf({ when: 'verified' })).toBe('held delivery_not_verified');
    expect(codeOf({ when: 'verified', exitCodes: [null] })).toBe('held delivery_not_verified');
  });

  it.each(OUTCOMES.filter((outcome) => !['changed', 'verification_failed'].includes(outcome)))(
    'has nothing to deliver after %s, whatever was asked for',
    (outcome) => {
      for (const when of ['changed', 'verified', null] as const)
        expect(codeOf({ outcome, when })).toBe('failed forge_nothing_to_deliver');
    },
  );
});

describe('names of a delivery', () => {
  it('follow from the task alone, so that a second delivery is the first', () => {
    const id = taskIdFrom(1_700_000_000_000, new Uint8Array(16).fill(7));
    expect(pullRequestDeliveryId(id)).toBe(id.replace('task_', 'dlv_'));
    expect(deliveryBranch(id)).toBe(`drydock/${id}`);
  });
});

describe('the wait after a failure', () => {
  it('grows up to five minutes, and is never shorter than the other side asks', () => {
    const delays = [1, 2, 3, 7, 8, 1000].map((failures) => deliveryDelayMs(failures, null));
    expect(delays).toEqual([5_000, 10_000, 20_000, 300_000, 300_000, 300_000]);
    expect(deliveryDelayMs(1, 60)).toBe(60_000);
    expect(deliveryDelayMs(1, 3_600)).toBe(3_600_000);
    expect(deliveryDelayMs(8, 1)).toBe(300_000);
  });
});
