import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { check } from './checker/check.ts';
import { Deaths } from './deaths.ts';
import { CLIENT_POINTS, TASK_POINTS } from './faults/process-faults.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { Journal } from './journal.ts';
import type { ApiClient } from './load/api-client.ts';
import { clientOf } from './load/client-of.ts';
import { KINDS } from './load/kinds.ts';
import { submit, type Client } from './load/submit.ts';
import { Random } from './random.ts';
import { DEFAULTS } from './world/settings.ts';
import { openWorld, type World } from './world/world.ts';

/** Leases of the dead end after 10 s, and as many processes as there are points share the cores with the tasks. */
const PATIENCE_MS = 180_000;
/** Between two tasks that are sent while somebody has not died yet. */
const FEED_MS = 15_000;
const FINAL = ['succeeded', 'failed', 'cancelled'];

let world: World;
const journal = new Journal();
const deaths = new Deaths(journal);

const clientFor = (...slots: World['apis'][number][]): Client =>
  clientOf(
    world,
    world.teams[0]!,
    slots.map(({ url }) => url),
  );

const send = (client: Client, kindName: string, id: string): Promise<string | null> => {
  const kind = KINDS.find(({ name }) => name === kindName)!;
  return submit({ client, journal, random: new Random(1), sentAgain: 0 }, kind, id);
};

/** An api dies at each of its points under a client that says the same again to another one. */
const killApisAtTheirPoints = async (
  dying: World['apis'][number],
  sound: World['apis'][number],
): Promise<void> => {
  for (const point of CLIENT_POINTS) {
    await dying.startAndWait({ DRYDOCK_CRASH_POINT: point });
    const death = deaths.at(dying, point);
    const isCancel = point === 'cancel.after';
    const taskId = await send(
      isCancel ? clientFor(sound) : clientFor(dying, sound),
      isCancel ? 'cancel' : 'zip',
      point,
    );
    const cancel = { method: 'POST' };
    if (isCancel)
      await clientFor(dying, sound).api.insist(
        `/v1/tasks/${taskId ?? ''}/cancel`,
        cancel,
        () => Date.now() + 10_000,
      );
    await death;
  }
};

const killWorkersAtTheirPoints = (): Promise<unknown> =>
  Promise.all(TASK_POINTS.map((point, i) => deaths.ofWorker(world.workers[i]!, point)));

/** Who comes up late on a busy machine may find that the others have done all there was: it needs a task to die of. */
const sendMoreUntil = async (deathsAreOver: Promise<unknown>): Promise<void> => {
  const over = deathsAreOver.then(() => 'over' as const);
  for (let i = 0; ; i++) {
    const next = delay(FEED_MS, 'more' as const, { ref: false });
    if ((await Promise.race([over, next])) === 'over') return;
    await send(clientFor(world.apis[1]!), i % 2 === 0 ? 'verify' : 'zip', `more${String(i)}`);
  }
};

const untilFinal = async (api: ApiClient, id: string): Promise<void> => {
  await api.insist(`/v1/tasks/${id}`, {}, () => Date.now() + PATIENCE_MS);
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await api.once(`/v1/tasks/${id}`);
    if (FINAL.includes(String(answer?.body['status']))) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};

beforeAll(async () => {
  world = await openWorld({ ...DEFAULTS, workers: TASK_POINTS.length + 1 });
});

afterAll(() => world.close());

describe('a process that dies where state changes hands', () => {
  it(
    'costs no task, doubles none and leaves nothing behind, at every point',
    async () => {
      const [dying, sound] = world.apis;
      await sound!.startAndWait();
      for (let i = 0; i < TASK_POINTS.length + 4; i++)
        await send(clientFor(sound!), i % 2 === 0 ? 'verify' : 'zip', `w${String(i)}`);
      await Promise.all([killApisAtTheirPoints(dying!, sound!), sendMoreUntil(killWorkersAtTheirPoints())]);
      await world.workers.at(-1)!.startAndWait();
      await Promise.all(journal.accepted.map(({ taskId }) => untilFinal(clientFor(sound!).api, taskId)));
      expect(deaths.signals).toEqual(
        Object.fromEntries([...CLIENT_POINTS, ...TASK_POINTS].map((point) => [point, 'SIGKILL'])),
      );
      expect(check(await gatherEvidence(world, journal, PATIENCE_MS))).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});
