import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT, testServices } from '@drydock/testing';
import { Redis } from 'ioredis';
import { Client as Database } from 'pg';
import { MODEL_SCRIPT } from '../../../chaos/load/model-script.ts';
import { publishRepositories } from '../../../chaos/load/repositories.ts';
import { INSPECTABLE } from '../../../e2e/system/inspected-process.ts';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { markdownTable, type Bench, type BenchRow } from '../../bench-row.ts';
import { complaintsIn } from './complaints.ts';
import { FLAT_DEVIATIONS, FLAT_SHARE, judgeGrowth, type Growth } from './judge-growth.ts';
import { processesOf, takeSample, type Sample } from './sample-system.ts';
import { runLoad, type SoakLoad } from './soak-load.ts';

const DEFAULT_MINUTES = 30;
const SAMPLE_EVERY_MS = 5_000;
/** Some 2.5 of 4 slots are busy. */
const TASK_EVERY_MS = 2_500;
const MS_PER_DAY = 86_400_000;
/** Caches fill, pools open, code is compiled: this share of the run, but no more than the minutes below, is not judged. */
const WARM_UP_SHARE = 0.2;
const MOST_WARM_UP_MS = 5 * 60_000;
/** A task and its history are kept for good. */
const GROWS_BY_DESIGN = new Set(['rows: tasks', 'rows: events but logs']);
/** Numbered databases of Redis are a cheap way to have one alone; tests use the first. */
const REDIS_DATABASE = 9;

/** Ages so short that what retention holds is in balance when the warm-up ends. */
const shortAges = (warmUpMs: number): Record<string, string> => {
  const days = String(warmUpMs / 2 / MS_PER_DAY);
  return {
    DRYDOCK_RETENTION_EVERY_SECONDS: '5',
    DRYDOCK_LOG_EVENTS_DAYS: days,
    DRYDOCK_FILES_DAYS: days,
    DRYDOCK_SESSIONS_DAYS: days,
  };
};

interface TimedSample {
  readonly atSeconds: number;
  readonly sample: Sample;
}

const sampleUntil = async (system: System, done: Promise<unknown>): Promise<TimedSample[]> => {
  const database = new Database({ connectionString: system.databaseUrl, application_name: 'drydock-bench' });
  const redis = new Redis(system.redisUrl);
  await database.connect();
  const isOver = new AbortController();
  const end = (): void => isOver.abort();
  done.then(end, end);
  const samples: TimedSample[] = [];
  const watched = await processesOf(system);
  try {
    const begin = performance.now();
    while (!isOver.signal.aborted) {
      samples.push({
        atSeconds: (performance.now() - begin) / 1000,
        sample: await takeSample(system, watched, { database, redis }),
      });
      await delay(SAMPLE_EVERY_MS);
    }
    return samples;
  } finally {
    for (const { inspected } of watched) inspected.close();
    await database.end();
    redis.disconnect();
  }
};

const namesOf = (samples: readonly TimedSample[]): string[] => Object.keys(samples[0]?.sample ?? {});

const writeCsv = async (directory: string, samples: readonly TimedSample[]): Promise<void> => {
  const names = namesOf(samples);
  const lines = samples.map(({ atSeconds, sample }) =>
    [atSeconds.toFixed(1), ...names.map((name) => String(sample[name] ?? ''))].join(','),
  );
  const head = ['seconds', ...names.map((name) => `"${name}"`)].join(',');
  await writeFile(join(directory, 'samples.csv'), [head, ...lines, ''].join('\n'));
};

interface Soak {
  readonly directory: string;
  readonly load: SoakLoad;
  readonly samples: readonly TimedSample[];
}

const runSoak = async (minutes: number, warmUpMs: number): Promise<Soak> => {
  const directory = join(ROOT, '.data', 'bench', `soak-${String(Date.now())}`);
  await mkdir(directory, { recursive: true });
  const redisUrl = new URL(testServices().redisUrl);
  redisUrl.pathname = `/${String(REDIS_DATABASE)}`;
  const system = await startSystem({
    workers: 2,
    concurrency: 2,
    script: MODEL_SCRIPT,
    redisUrl: redisUrl.href,
    logDirectory: directory,
    env: { ...shortAges(warmUpMs), ...INSPECTABLE },
  });
  try {
    await publishRepositories(system.gitRoot);
    const load = runLoad(system, { everyMs: TASK_EVERY_MS, untilMs: minutes * 60_000 });
    const loadTime = delay(minutes * 60_000, undefined, { ref: false });
    const samples = await sampleUntil(system, Promise.race([loadTime, load.then(() => loadTime)]));
    await writeCsv(directory, samples);
    return { directory, load: await load, samples };
  } finally {
    await system.stop();
  }
};

const figure = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1);

const verdict = (name: string, { isFlat }: Growth): string => {
  if (GROWS_BY_DESIGN.has(name)) return 'kept for good';
  return isFlat ? 'flat' : 'GROWS';
};

const growthTable = (growths: readonly (readonly [string, Growth])[]): string =>
  markdownTable([
    ['figure', 'mean', 'slope per hour', 'growth while judged', 'scatter', ''],
    ...growths.map(([name, growth]) => [
      name,
      ...[growth.mean, growth.perHour, growth.growth, growth.scatter].map(figure),
      verdict(name, growth),
    ]),
  ]);

const flatRow = ({ samples, load, directory }: Soak, minutes: number, warmUpMs: number): BenchRow => {
  const judged = samples.filter(({ atSeconds }) => atSeconds * 1000 >= warmUpMs);
  const growths = namesOf(samples).map((name) => {
    const points = judged.map(({ atSeconds, sample }) => [atSeconds, sample[name] ?? Number.NaN] as const);
    return [name, judgeGrowth(points)] as const;
  });
  const growing = growths.filter(([name, growth]) => !GROWS_BY_DESIGN.has(name) && !growth.isFlat);
  return {
    what: `soak: ${String(minutes)} min of mixed tasks, ${String(load.sent)} in all, on an api and two workers`,
    measured: `growing: ${growing.length === 0 ? 'nothing' : growing.map(([name]) => name).join('; ')}`,
    bare: `the first ${figure(warmUpMs / 60_000)} min left out`,
    aim: 'all flat',
    isMet: growing.length === 0,
    below: `Flat: by the fitted line less than ${String(100 * FLAT_SHARE)} % of the mean in all the time judged (${String(judged.length)} samples), or less than ${String(FLAT_DEVIATIONS)} standard deviations of the samples from the line. Samples and logs: ${directory}\n\n${growthTable(growths)}`,
  };
};

const complaintsRow = async ({ directory, load }: Soak): Promise<BenchRow> => {
  const found = await Promise.all(
    ['api', 'worker'].map((app) => complaintsIn(join(directory, `${app}.log`))),
  );
  const errors = found.flatMap((each) => each.errors);
  const unhandled = found.flatMap((each) => each.unhandled);
  const first = [...load.surprises, ...unhandled, ...errors].slice(0, 5);
  return {
    what: 'soak: rejections and exceptions that nobody handled · error lines in the logs · tasks that ended unexpectedly',
    measured: `${String(unhandled.length)} · ${String(errors.length)} · ${String(load.surprises.length)} of ${String(load.sent)}`,
    bare: '–',
    aim: '0 · 0 · 0',
    isMet: first.length === 0,
    ...(first.length > 0 && { below: `The first complaints:\n\n${first.join('\n')}` }),
  };
};

/** @param minutes - of load; the whole takes about half a minute more. */
export const soakRows = async (minutes: number): Promise<BenchRow[]> => {
  const warmUpMs = Math.min(WARM_UP_SHARE * minutes * 60_000, MOST_WARM_UP_MS);
  const soak = await runSoak(minutes, warmUpMs);
  return [flatRow(soak, minutes, warmUpMs), await complaintsRow(soak)];
};

export const soakBench: Bench = {
  name: 'soak',
  isLong: true,
  run: () => soakRows(Number(process.env['SOAK_MINUTES'] ?? DEFAULT_MINUTES)),
};
