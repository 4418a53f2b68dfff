import type { AttemptOutcome } from '@drydock/domain';
import type { World } from '../world/world.ts';
import type { Slot } from '../world/slot.ts';

/** One planned fault. What it is about is settled when it strikes: `pick` (0 to 1) chooses among what is there then. */
export interface Strike {
  readonly kind: string;
  readonly atMs: number;
  readonly pick: number;
  readonly seconds: number;
}

/** What became of a strike. */
export interface Struck {
  /** A worker's id, `all`, `api` or `code host`. */
  readonly target: string;
  readonly clockShiftMs?: number;
  /** Said in the log: which crash point, which container. */
  readonly detail?: string;
  /** Ends of attempts that it excuses besides those of its kind, because of how it went. */
  readonly mayAlsoEnd?: readonly AttemptOutcome[];
}

export interface Fault {
  readonly kind: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  /** Seconds that it lasts, at least and at most. */
  readonly seconds: readonly [number, number];
  /** Ends of attempts that it excuses. */
  readonly mayEnd: readonly AttemptOutcome[];
  /** Its target cannot reach PostgreSQL meanwhile. */
  readonly hidesDatabase?: true;
  /** Reaches beyond the suite's own processes and containers. */
  readonly harmsHost?: true;
  /** Strikes and heals. Null: there was nothing to strike. */
  readonly strike: (world: World, strike: Strike) => Promise<Struck | null>;
}

/** Takes the slot that `pick` chooses among those without trouble, for as long as the work lasts. */
export const withSlot = async (
  slots: readonly Slot[],
  pick: number,
  work: (slot: Slot) => Promise<Struck | null>,
): Promise<Struck | null> => {
  const calm = slots.filter((slot) => !slot.isTroubled);
  const slot = calm[Math.floor(pick * calm.length)];
  if (slot === undefined) return null;
  slot.isTroubled = true;
  try {
    return await work(slot);
  } finally {
    slot.isTroubled = false;
  }
};
