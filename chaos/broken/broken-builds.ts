/** Modules of the product, each with the one that takes its place; both as paths from the repository's root. */
export type Exchange = Readonly<Record<string, string>>;

/** What is exchanged in each app. An app that is not named is the real one. */
export interface BrokenBuild {
  readonly api?: Exchange;
  readonly worker?: Exchange;
}

const ENGINE = 'libs/engine/src';
const PERSISTENCE = 'libs/persistence/src';

const LOSES_WAKE_UPS = { 'libs/queue/src/redis-wake-ups.ts': 'chaos/broken/wake-ups/redis-wake-ups.ts' };

/** Safety mechanisms, each broken in a build of its own, for the proof that the suite would notice. */
export const BROKEN_BUILDS = {
  // A worker that was given up has more than one way to find out. Only without all of them the guard is what is tested.
  'attempt-guard': {
    worker: {
      [`${PERSISTENCE}/fence-guard.ts`]: 'chaos/broken/attempt-guard/fence-guard.ts',
      [`${PERSISTENCE}/finish-attempt.ts`]: 'chaos/broken/attempt-guard/finish-attempt.ts',
      [`${PERSISTENCE}/session-statements.ts`]: 'chaos/broken/attempt-guard/session-statements.ts',
      [`${ENGINE}/session/lease-clock.ts`]: 'chaos/broken/attempt-guard/lease-clock.ts',
    },
  },
  // Lost wake-ups are part of life; it is the sweep and the ringer that make up for them.
  'wake-ups': {
    api: LOSES_WAKE_UPS,
    worker: {
      ...LOSES_WAKE_UPS,
      [`${PERSISTENCE}/sweep-attempts.ts`]: 'chaos/broken/wake-ups/sweep-attempts.ts',
      [`${ENGINE}/session/ringer.ts`]: 'chaos/broken/wake-ups/ringer.ts',
    },
  },
  reaper: {
    worker: { [`${ENGINE}/session/reaper.ts`]: 'chaos/broken/reaper/reaper.ts' },
  },
  heartbeat: {
    worker: { [`${PERSISTENCE}/session-statements.ts`]: 'chaos/broken/heartbeat/session-statements.ts' },
  },
  idempotency: {
    api: { [`${ENGINE}/tasks/submit-task.ts`]: 'chaos/broken/idempotency/submit-task.ts' },
  },
} as const satisfies Readonly<Record<string, BrokenBuild>>;
export type BrokenName = keyof typeof BROKEN_BUILDS;
export const BROKEN_NAMES = Object.keys(BROKEN_BUILDS) as BrokenName[];
