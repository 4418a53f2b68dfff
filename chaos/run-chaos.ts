import { FAULTS } from './faults/catalogue.ts';
import type { Fault } from './faults/fault.ts';
import { planStrikes } from './faults/schedule.ts';
import { strikeAll } from './faults/strike-all.ts';
import { Journal } from './journal.ts';
import { ApiClient } from './load/api-client.ts';
import { Load } from './load/load.ts';
import type { ChaosSettings } from './world/settings.ts';
import { openWorld, type World } from './world/world.ts';

/** After the last fault is healed, every task must have ended within this time. */
const END_MS = 120_000;

const faultsOf = ({ only, mayHarmHost }: ChaosSettings): Fault[] =>
  FAULTS.filter(
    (fault) => (only === null || only.includes(fault.kind)) && (mayHarmHost || fault.harmsHost !== true),
  );

const loadOf = (settings: ChaosSettings, world: World, journal: Journal): Load => {
  const urls = world.apis.map(({ url }) => url);
  return new Load({
    clients: world.teams.map(({ teamId, key }) => ({ teamId, api: new ApiClient(urls, key) })),
    journal,
    seed: settings.seed,
    gitUrl: world.places.gitUrl,
    atOnce: settings.load,
    run: `s${String(settings.seed)}`,
  });
};

/** One run: tasks and faults for the given time, then peace, then the evidence. */
export const runChaos = async (settings: ChaosSettings): Promise<Journal> => {
  const journal = new Journal();
  const faults = faultsOf(settings);
  const strikes = planStrikes(faults, settings.seed, settings.seconds);
  const world = await openWorld(settings);
  try {
    const load = loadOf(settings, world, journal);
    load.start();
    await strikeAll({ world, journal, log: settings.log }, faults, strikes);
    settings.log(`all faults are over; ${String(load.sent)} tasks were sent`);
    await load.stop(END_MS);
    settings.log('tasks are final');
    await world.stopWorkers();
    return journal;
  } finally {
    await world.close();
  }
};
