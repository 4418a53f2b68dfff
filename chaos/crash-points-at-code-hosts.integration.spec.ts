import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CrashPoint } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import { check } from './checker/check.ts';
import type { Evidence } from './checker/evidence.ts';
import { Deaths } from './deaths.ts';
import { INBOUND_POINTS, TELLING_POINTS, WEBHOOK_POINTS } from './faults/process-faults.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { Journal } from './journal.ts';
import { clientOf } from './load/client-of.ts';
import { KINDS } from './load/kinds.ts';
import { trigger } from './load/trigger.ts';
import { Random } from './random.ts';
import type { Client } from './load/submit.ts';
import { lendRepositories } from './world/lend-repositories.ts';
import { DEFAULTS } from './world/settings.ts';
import type { Slot } from './world/slot.ts';
import { limitTeams } from './world/teams.ts';
import { openWorld, type World } from './world/world.ts';

/** Leases of the dead end after 10 s, and a comment rests for 5 s between two edits. */
const PATIENCE_MS = 180_000;
/** As often as one webhook is sent at once. */
const COPIES = 10;
/** A comment is there before it is edited: whoever is to die of that dies when the others have made some. */
const OF_EDITS: readonly CrashPoint[] = ['telling.comment_edited'];
const OF_COMMENTS = TELLING_POINTS.filter((point) => !OF_EDITS.includes(point));

interface Wish {
  readonly client: Client;
  readonly taskId: Promise<string | null>;
}

let world: World;
let evidence: Evidence;
const journal = new Journal();
const deaths = new Deaths(journal);
const free: Slot[] = [];

/** A label in every second issue, a comment in the others; each told ten times at once, to both apis. */
const asks = (count: number): Wish[] => {
  const from = journal.submissions.length;
  const kinds = KINDS.filter((kind) => kind.trigger !== null);
  const apiUrls = world.apis.map(({ url }) => url);
  const until = Date.now() + PATIENCE_MS;
  const common = { journal, codeHost: world.places.codeHost, apiUrls, copies: COPIES, until: () => until };
  return Array.from({ length: count }, (_, i) => {
    const client = clientOf(world, world.teams[i % world.teams.length]!, apiUrls);
    const parts = { ...common, client, random: new Random(from + i) };
    return { client, taskId: trigger(parts, kinds[i % kinds.length]!, `wish ${String(from + i)}`) };
  });
};

const killApiAt = async (point: CrashPoint): Promise<Wish[]> => {
  const [dying] = world.apis;
  await dying!.startAndWait({ DRYDOCK_CRASH_POINT: point });
  const wishes = asks(1);
  await deaths.at(dying!, point);
  return wishes;
};

/** Each takes one thing of what is there to do at the code host, and dies of it. */
const killWorkersAt = (points: readonly CrashPoint[]): Promise<unknown> =>
  Promise.all(points.map((point) => deaths.ofWorker(free.pop()!, point)));

const untilFinal = async (wish: Wish): Promise<void> => {
  const taskId = await wish.taskId;
  const isFinal = async (): Promise<boolean> => {
    const answer = await wish.client.api.once(`/v1/tasks/${taskId ?? ''}`);
    return typeof answer?.body['finishedAt'] === 'string';
  };
  await eventually(isFinal, { timeoutMs: PATIENCE_MS });
};

const run = async (): Promise<void> => {
  const [first, second] = world.apis;
  await second!.startAndWait();
  await lendRepositories(second!.url, world.places, world.teams);
  // A task that costs its worker's life again and again would be put aside.
  await limitTeams(world.places.postgres.url, 0);
  const wishes: Wish[] = [];
  for (const point of WEBHOOK_POINTS) wishes.push(...(await killApiAt(point)));
  await first!.startAndWait();
  wishes.push(...asks(INBOUND_POINTS.length + OF_COMMENTS.length));
  free.push(...world.workers);
  await killWorkersAt(INBOUND_POINTS);
  await killWorkersAt(OF_COMMENTS);
  await limitTeams(world.places.postgres.url, null);
  await killWorkersAt(OF_EDITS);
  await Promise.all(free.map((slot) => slot.startAndWait()));
  await Promise.all(wishes.map(untilFinal));
  evidence = await gatherEvidence(world, journal, PATIENCE_MS);
};

beforeAll(async () => {
  const dying = INBOUND_POINTS.length + TELLING_POINTS.length;
  // A seed of its own, which its logs are kept by.
  world = await openWorld({ ...DEFAULTS, seed: 2, workers: dying + 2 });
  await run();
}, 3 * PATIENCE_MS);

afterAll(() => world.close());

describe('a trigger that was told ten times at once, to apis and workers that die at every point', () => {
  it('had them die there', () => {
    const points = [...WEBHOOK_POINTS, ...INBOUND_POINTS, ...TELLING_POINTS];
    expect(deaths.signals).toEqual(Object.fromEntries(points.map((point) => [point, 'SIGKILL'])));
  });

  it('ends as one task, one branch, one commit, one pull request, one reaction and one comment', () => {
    expect(check(evidence)).toEqual([]);
    const { tasks, inbound, deliveries } = evidence.database;
    const { branches, pulls } = evidence.codeHost;
    const wishes = journal.submissions.length;
    const counts = [tasks, inbound, deliveries, branches, pulls].map(({ length }) => length);
    expect(counts).toEqual(counts.map(() => wishes));
    expect(journal.triggered.length).toBeGreaterThanOrEqual((wishes - WEBHOOK_POINTS.length) * COPIES);
  });
});
