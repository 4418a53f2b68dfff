import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportText } from './checker/report.ts';
import { FAULTS } from './faults/catalogue.ts';
import { runChaos } from './run-chaos.ts';
import { logDirectoryOf } from './world/places.ts';
import { DEFAULTS, type ChaosSettings } from './world/settings.ts';

const HELP = `npm run chaos [-- options]

A whole installation under faults and load, then a check of everything that was promised.

  --seed <n>        the same seed repeats a run's tasks and faults; default: CHAOS_SEED, else a new one
  --minutes <n>     how long faults and tasks keep coming; default: CHAOS_MINUTES, else 5
  --only <kinds>    only these faults, separated by commas
  --workers <n>     default 3
  --load <n>        tasks under way at any time; default 10
  --json            prints the report as JSON
  --list            names all kinds of faults

CHAOS_HOST=1 allows faults that reach beyond processes and containers of the run: it restarts the Docker Engine of this
machine and mounts a small disk. Everything else that runs in Docker here suffers, too.
`;

const { values: given } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    only: { type: 'string' },
    workers: { type: 'string' },
    load: { type: 'string' },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const fail = (message: string): never => {
  process.stderr.write(`${message}\n\n${HELP}`);
  process.exit(2);
};

const number = (name: string, text: string | undefined, otherwise: number): number => {
  const value = text === undefined || text === '' ? otherwise : Number(text);
  return Number.isFinite(value) && value > 0 ? value : fail(`${name} must be a number above 0`);
};

const onlyOf = (text: string | undefined): string[] | null => {
  if (text === undefined) return null;
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.filter((kind) => !FAULTS.some((fault) => fault.kind === kind));
  return unknown.length === 0 ? kinds : fail(`There is no fault called ${unknown.join(', ')}.`);
};

const settingsOf = (): ChaosSettings => {
  const { CHAOS_SEED, CHAOS_MINUTES, CHAOS_HOST } = process.env;
  const startedAt = performance.now();
  return {
    ...DEFAULTS,
    seed: number('--seed', given.seed ?? CHAOS_SEED, Date.now() % 1_000_000),
    seconds: number('--minutes', given.minutes ?? CHAOS_MINUTES, 5) * 60,
    workers: number('--workers', given.workers, DEFAULTS.workers),
    load: number('--load', given.load, DEFAULTS.load),
    only: onlyOf(given.only),
    mayHarmHost: CHAOS_HOST === '1',
    log: (line) => {
      process.stderr.write(
        `[${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)}s] ${line}\n`,
      );
    },
  };
};

if (given.help) process.stdout.write(HELP);
else if (given.list) process.stdout.write(`${FAULTS.map(({ kind }) => kind).join('\n')}\n`);
else {
  const settings = settingsOf();
  settings.log(`seed ${String(settings.seed)}, ${String(settings.seconds / 60)} minutes`);
  const { report, evidence } = await runChaos(settings);
  process.stdout.write(given.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (report.violations.length > 0) {
    const file = join(logDirectoryOf(settings.seed), 'evidence.json');
    writeFileSync(file, JSON.stringify(evidence));
    process.stderr.write(
      `Logs and evidence are in ${dirname(file)}. Again: --seed ${String(settings.seed)}\n`,
    );
  }
  process.exit(report.violations.length > 0 ? 1 : 0);
}
