import { Random } from '../random.ts';
import type { Fault, Strike } from './fault.ts';

/** Pause between two strikes; they last longer than that, so several are under way at a time. */
const PAUSE_SECONDS = [2, 7] as const;
/** Time for the first tasks to get under way. */
const QUIET_START_MS = 4_000;

/**
 * When which fault strikes. Every kind comes once in a random order before the weights decide, so that a long enough run has
 * met them all. The same seed gives the same schedule.
 */
export const planStrikes = (faults: readonly Fault[], seed: number, seconds: number): Strike[] => {
  if (faults.length === 0) return [];
  const random = new Random(seed);
  const first = random.shuffled(faults);
  const strikes: Strike[] = [];
  let atMs = QUIET_START_MS;
  while (atMs < seconds * 1_000) {
    const fault = first.pop() ?? random.weighted(faults);
    strikes.push({
      kind: fault.kind,
      atMs: Math.round(atMs),
      pick: random.fraction(),
      seconds: Math.round(random.between(...fault.seconds) * 10) / 10,
    });
    atMs += random.between(...PAUSE_SECONDS) * 1_000;
  }
  return strikes;
};
