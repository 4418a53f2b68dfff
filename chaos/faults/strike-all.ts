import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '../journal.ts';
import type { World } from '../world/world.ts';
import type { Fault, Strike } from './fault.ts';

interface Parts {
  readonly world: World;
  readonly journal: Journal;
  readonly log: (line: string) => void;
}

const strikeOne = async ({ world, journal, log }: Parts, fault: Fault, strike: Strike): Promise<void> => {
  const startedAt = Date.now();
  log(`${fault.kind} (${strike.seconds} s)`);
  const struck = await fault.strike(world, strike);
  if (struck === null) return;
  const { target, clockShiftMs = 0, detail, mayAlsoEnd = [] } = struck;
  journal.faults.push({
    id: String(journal.faults.length + 1),
    kind: detail === undefined || detail === '' ? fault.kind : `${fault.kind}: ${detail}`,
    target,
    startedAt,
    endedAt: Date.now(),
    mayEnd: [...fault.mayEnd, ...mayAlsoEnd],
    clockShiftMs,
    hidesDatabase: fault.hidesDatabase === true,
  });
  log(`${fault.kind}: healed (${target}${detail ? `, ${detail}` : ''})`);
};

/** Strikes as planned. Resolves when the last one is healed. @throws AggregateError when the suite itself failed. */
export const strikeAll = async (
  parts: Parts,
  faults: readonly Fault[],
  strikes: readonly Strike[],
): Promise<void> => {
  const startedAt = performance.now();
  const underWay: Promise<unknown>[] = [];
  const broken: unknown[] = [];
  for (const strike of strikes) {
    await delay(Math.max(0, strike.atMs - (performance.now() - startedAt)));
    const fault = faults.find(({ kind }) => kind === strike.kind);
    if (fault) underWay.push(strikeOne(parts, fault, strike).catch((error: unknown) => broken.push(error)));
  }
  await Promise.all(underWay);
  if (broken.length > 0) throw new AggregateError(broken, 'A fault could not be struck or healed.');
};
