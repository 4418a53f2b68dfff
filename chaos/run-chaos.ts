import { setTimeout as delay } from 'node:timers/promises';
import { check } from './checker/check.ts';
import type { Evidence, Violation } from './checker/evidence.ts';
import { reportOf, type Report } from './checker/report.ts';
import { FAULTS } from './faults/catalogue.ts';
import type { Fault } from './faults/fault.ts';
import { planStrikes } from './faults/schedule.ts';
import { strikeAll } from './faults/strike-all.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { Journal } from './journal.ts';
import { clientOf } from './load/client-of.ts';
import { Load } from './load/load.ts';
import type { ChaosSettings } from './world/settings.ts';
import { openWorld, type World } from './world/world.ts';

const faultsOf = ({ only, mayHarmHost }: ChaosSettings): Fault[] =>
  FAULTS.filter(
    (fault) => (only === null || only.includes(fault.kind)) && (mayHarmHost || fault.harmsHost !== true),
  );

const loadOf = (settings: ChaosSettings, world: World, journal: Journal): Load => {
  const apiUrls = world.apis.map(({ url }) => url);
  const { codeHost } = world.places;
  return new Load({
    clients: world.teams.map((team) => clientOf(world, team, apiUrls)),
    ...{ journal, codeHost, apiUrls },
    seed: settings.seed,
    atOnce: settings.load,
    sentAgain: settings.sentAgain,
    run: `s${String(settings.seed)}`,
  });
};

/** Errors that nobody handled, in the logs of all processes. */
const complaints = ({ apis, workers }: World): Violation[] =>
  [...apis, ...workers].flatMap((slot) =>
    slot.complaints.map((line) => ({
      rule: 'unhandled-errors',
      taskId: null,
      message: `${slot.name}: ${line}`,
    })),
  );

const storm = async (settings: ChaosSettings, world: World): Promise<Journal> => {
  const journal = new Journal();
  const faults = faultsOf(settings);
  const load = loadOf(settings, world, journal);
  load.start();
  const strikes = planStrikes(faults, settings.seed, settings.seconds);
  await Promise.all([
    strikeAll({ world, journal, log: settings.log }, faults, strikes),
    delay(settings.seconds * 1_000),
  ]);
  settings.log(`all faults are over; ${String(load.sent)} tasks were sent`);
  await load.stop(settings.patienceSeconds * 1_000);
  return journal;
};

/** One run: tasks and faults for the given time, then peace, then the judgement. */
export const runChaos = async (settings: ChaosSettings): Promise<{ report: Report; evidence: Evidence }> => {
  const world = await openWorld(settings);
  try {
    await world.start();
    const journal = await storm(settings, world);
    settings.log('waiting for the clean-up');
    const evidence = await gatherEvidence(world, journal, settings.patienceSeconds * 1_000);
    const violations = [...check(evidence), ...journal.violations, ...complaints(world)];
    return { report: reportOf(evidence, violations), evidence };
  } finally {
    await world.close();
  }
};
