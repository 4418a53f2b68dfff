import fc from 'fast-check';
import type { TaskPlan } from './build-evidence.ts';

const PLAIN: TaskPlan = {
  hasKey: true,
  isSentAgain: false,
  isZip: false,
  hasVerify: false,
  modelCalls: 0,
  faulty: [],
  end: 'changed',
  asks: 'patch',
};

/** Places in `ONE_OF_EACH`, for tests that spoil one of them. */
export const TASK = {
  changed: 0,
  queuedCancel: 1,
  cancelled: 2,
  noChanges: 3,
  tried: 4,
  givenUp: 5,
  failed: 6,
  delivered: 7,
  triggered: 8,
  held: 9,
};

/** One task of each course. */
export const ONE_OF_EACH: readonly TaskPlan[] = [
  { ...PLAIN, isSentAgain: true, isZip: true, hasVerify: true, modelCalls: 2 },
  { ...PLAIN, end: 'cancelled_queued' },
  { ...PLAIN, end: 'cancelled' },
  { ...PLAIN, hasKey: false, end: 'no_changes' },
  { ...PLAIN, faulty: ['lost', 'handed_back'], modelCalls: 1 },
  { ...PLAIN, faulty: ['lost', 'lost', 'infrastructure'], end: 'given_up' },
  { ...PLAIN, end: 'agent_failed' },
  { ...PLAIN, asks: 'pull_request' },
  { ...PLAIN, hasKey: false, asks: 'trigger' },
  { ...PLAIN, end: 'verification_failed', asks: 'pull_request' },
];

const faulty = fc.array(fc.constantFrom('lost' as const, 'handed_back', 'infrastructure'), { maxLength: 2 });

const plan: fc.Arbitrary<TaskPlan> = fc
  .record({
    hasKey: fc.boolean(),
    isSentAgain: fc.boolean(),
    isZip: fc.boolean(),
    hasVerify: fc.boolean(),
    modelCalls: fc.nat({ max: 3 }),
    faulty,
    asks: fc.constantFrom('patch' as const, 'pull_request', 'trigger'),
    end: fc.constantFrom(
      ...(['changed', 'no_changes', 'agent_failed', 'timeout', 'cancelled'] as const),
      ...(['given_up', 'cancelled_queued'] as const),
    ),
  })
  .map((drawn) => ({
    ...drawn,
    // Who asks at a code host has no key to give.
    hasKey: drawn.hasKey && drawn.asks !== 'trigger',
    faulty: drawn.end === 'given_up' ? (['lost', 'infrastructure', 'lost'] as const) : drawn.faulty,
  }));

/** Any run of some tasks. */
export const anyPlans: fc.Arbitrary<readonly TaskPlan[]> = fc.array(plan, { maxLength: 6 });
