import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '@drydock/testing';
import type { Report } from '../checker/report.ts';
import { runChaos } from '../run-chaos.ts';
import { DEFAULTS, type ChaosSettings } from '../world/settings.ts';
import { BROKEN_NAMES, type BrokenName } from './broken-builds.ts';
import { buildBroken } from './build-broken.ts';

/** The faults under which a missing mechanism must show. */
const STORMS: Record<BrokenName, Partial<ChaosSettings>> = {
  // Some of the freezes must outlast a lease, under a worker that has something to say.
  'attempt-guard': { only: ['worker frozen'], seconds: 60, workers: 3, load: 10 },
  'wake-ups': { only: ['worker killed'], seconds: 10, patienceSeconds: 15 },
  // What is left would be waited for in vain.
  reaper: { only: ['worker killed'], seconds: 15, patienceSeconds: 40 },
  heartbeat: { only: [], seconds: 30 },
  idempotency: { only: ['api killed'], seconds: 15, sentAgain: 1 },
};

/** Rules that may be the ones to notice. */
const NOTICED_BY: Record<BrokenName, readonly string[]> = {
  'attempt-guard': ['attempt-writes', 'history', 'attempts'],
  'wake-ups': ['final-states'],
  reaper: ['nothing-left'],
  heartbeat: ['explained-ends'],
  idempotency: ['idempotency-keys', 'submissions'],
};

/** The longest of them, and beside it one after the other: all at once would only keep each other from their work. */
const LONGEST: BrokenName = 'attempt-guard';
const LANES = [[LONGEST], BROKEN_NAMES.filter((name) => name !== LONGEST)];

let directory: string;
const reports = new Map<BrokenName, Report>();

const runBroken = async (name: BrokenName): Promise<void> => {
  const seed = 1 + BROKEN_NAMES.indexOf(name);
  const bundles = await buildBroken(name, await mkdtemp(join(directory, `${name}-`)));
  const settings = { ...DEFAULTS, workers: 2, load: 6, seed, bundles, ...STORMS[name] };
  reports.set(name, (await runChaos(settings)).report);
};

beforeAll(async () => {
  directory = await mkdtemp(join(ROOT, '.data', 'broken-'));
  await Promise.all(
    LANES.map(async (lane) => {
      for (const name of lane) await runBroken(name);
    }),
  );
}, 900_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the checker', () => {
  it.each(BROKEN_NAMES)('notices an installation without this mechanism: %s', (name) => {
    const rules = Object.keys(reports.get(name)?.violationsByRule ?? {});
    expect(rules.some((rule) => NOTICED_BY[name].includes(rule))).toBe(true);
  });
});
