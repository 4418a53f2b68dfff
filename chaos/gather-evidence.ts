import { join } from 'node:path';
import { leftoversWithin } from './checker/collect/leftovers.ts';
import { readDatabase } from './checker/collect/read-database.ts';
import { readFiles } from './checker/collect/read-files.ts';
import { readCodeHost } from './checker/collect/read-code-host.ts';
import { settledWithin } from './checker/collect/settled.ts';
import type { Evidence } from './checker/evidence.ts';
import type { Journal } from './journal.ts';
import type { World } from './world/world.ts';

/** What a dead attempt left must be gone by then. */
const CLEAN_MS = 30_000;

/**
 * Ends the run: waits until all is delivered and told, `settleMs` at most, and for the workers' clean-up; ends the workers, and
 * then reads what there is.
 */
export const gatherEvidence = async (world: World, journal: Journal, settleMs: number): Promise<Evidence> => {
  const { places, apis, workers } = world;
  const host = {
    engine: places.engine,
    databaseUrl: places.postgres.url,
    dataDirectory: places.dataDirectory,
    pids: () => [...apis, ...workers].flatMap((slot) => slot.pids),
  };
  await settledWithin(places.postgres.url, settleMs);
  const leftovers = await leftoversWithin(host, CLEAN_MS);
  await world.stopWorkers();
  return {
    submissions: journal.submissions,
    accepted: journal.accepted,
    triggered: journal.triggered,
    faults: journal.faults,
    database: await readDatabase(places.postgres.url),
    files: await readFiles(join(places.dataDirectory, 'artifacts')),
    codeHost: await readCodeHost(places.codeHost),
    leftovers,
  };
};
