import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { World } from '../world/world.ts';
import type { Fault, Struck } from './fault.ts';

const ALL: Struck = { target: 'all' };
const wait = (seconds: number): Promise<void> => delay(seconds * 1_000);

/** One at a time: a service that is away cannot be killed. */
const busy = new WeakMap<World, Set<string>>();

const alone = async (world: World, service: string, work: () => Promise<void>): Promise<Struck | null> => {
  const taken = busy.get(world) ?? new Set();
  busy.set(world, taken);
  if (taken.has(service)) return null;
  taken.add(service);
  try {
    await work();
    return ALL;
  } finally {
    taken.delete(service);
  }
};

const FLUSH_MS = 5_000;

/** By a connection of its own, as an operator would. Without effect when Redis does not answer, as it would be there. */
const flushAll = async (url: string): Promise<void> => {
  const connection = new Redis(url, {
    lazyConnect: true,
    commandTimeout: FLUSH_MS,
    retryStrategy: () => null,
  });
  connection.on('error', () => undefined);
  await connection
    .connect()
    .then(() => connection.flushall())
    .catch(() => undefined);
  connection.disconnect();
};

/** Faults of Redis and PostgreSQL. None of them may cost an attempt. */
export const SERVICE_FAULTS: readonly Fault[] = [
  {
    kind: 'Redis killed',
    weight: 2,
    seconds: [0, 10],
    mayEnd: [],
    strike: (world, { seconds }) =>
      alone(world, 'redis', async () => {
        await world.places.redis.kill();
        await wait(seconds);
        await world.places.redis.start();
      }),
  },
  {
    kind: 'Redis paused',
    weight: 1,
    seconds: [3, 15],
    mayEnd: [],
    strike: (world, { seconds }) =>
      alone(world, 'redis', async () => {
        await world.places.redis.pause();
        await wait(seconds);
        await world.places.redis.resume();
      }),
  },
  {
    kind: 'Redis flushed',
    weight: 3,
    seconds: [0, 0],
    mayEnd: [],
    strike: (world) => alone(world, 'redis', () => flushAll(world.places.redis.url)),
  },
  {
    kind: 'PostgreSQL killed',
    weight: 2,
    seconds: [0, 5],
    mayEnd: [],
    hidesDatabase: true,
    strike: (world, { seconds }) =>
      alone(world, 'postgres', async () => {
        await world.places.postgres.kill();
        await wait(seconds);
        await world.places.postgres.start();
      }),
  },
  {
    kind: 'PostgreSQL refuses',
    weight: 1,
    seconds: [15, 60],
    mayEnd: [],
    hidesDatabase: true,
    strike: (world, { seconds }) =>
      alone(world, 'postgres', async () => {
        const slots = [...world.apis, ...world.workers];
        for (const slot of slots) slot.cut([slot.databaseNetwork]);
        await wait(seconds);
        for (const slot of slots) slot.restore([slot.databaseNetwork]);
      }),
  },
];
