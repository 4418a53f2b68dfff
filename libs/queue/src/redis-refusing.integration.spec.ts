import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '@drydock/engine';
import { eventually, ownRedis, type OwnRedis } from '@drydock/testing';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { queueModuleOptions, type WakeUpJob } from './queue-module.ts';
import { RedisWakeUps } from './redis-wake-ups.ts';
import { WORKER_OPTIONS } from './worker-options.ts';

/** One that answers and takes no writes. */
const REFUSALS = [
  {
    name: 'has no memory left',
    begin: (admin: Redis) => admin.config('SET', 'maxmemory', '1'),
    end: (admin: Redis) => admin.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'became a replica',
    begin: (admin: Redis) => admin.replicaof('127.0.0.1', '1'),
    end: (admin: Redis) => admin.replicaof('NO', 'ONE'),
  },
] as const;

describe.each(REFUSALS)('a Redis that $name', ({ begin, end }) => {
  let redis: OwnRedis;
  let admin: Redis;
  let wakeUps: RedisWakeUps;
  let lines: string[];
  let done: number;
  let errors: string[];
  let worker: Worker<unknown, void>;
  const line = (_fields: unknown, message: string) => void lines.push(message);
  const log: Log = { debug: () => undefined, info: line, warn: line, error: line };

  beforeAll(async () => {
    redis = await ownRedis();
    admin = new Redis(redis.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });
  beforeEach(async () => {
    [lines, errors, done] = [[], [], 0];
    await admin.flushall();
    wakeUps = new RedisWakeUps({ url: redis.url, prefix: 'mine', log });
    await eventually(() => wakeUps.ping().then(() => true));
    const process = async (_job: WakeUpJob, _token?: string, _signal?: AbortSignal): Promise<void> => {
      done++;
      await Promise.resolve();
    };
    const options = queueModuleOptions({ url: redis.url, prefix: 'mine' });
    worker = new Worker<unknown, void>('tasks', process, { ...options, ...WORKER_OPTIONS, concurrency: 4 });
    worker.on('error', (error) => errors.push(error.message));
    void worker.run();
    await wakeUps.ring('tasks');
    await eventually(() => done >= 1);
  });
  afterEach(async () => {
    await end(admin);
    await worker.close(true);
    await wakeUps.close();
  });

  it('is reported by a ping and told once, takes nobody down, and is used again when it recovers', async () => {
    await begin(admin);
    await expect(wakeUps.ping()).rejects.toMatchObject({ code: 'service_unavailable' });
    const startedAt = performance.now();
    await eventually(async () => {
      await wakeUps.ring('tasks');
      await wakeUps.topUp('tasks', 3);
      return performance.now() - startedAt > 4_000;
    });
    expect(lines.filter((text) => text.startsWith('Redis refuses'))).toHaveLength(1);
    // One try a second for each slot, and no spin: with the second that has begun, twice as many at most.
    const seconds = (performance.now() - startedAt) / 1000 + 1;
    expect(errors.length).toBeLessThan(2 * 4 * seconds);
    await end(admin);
    const before = done;
    await eventually(
      async () => {
        await wakeUps.topUp('tasks', 3);
        return done >= before + 3;
      },
      { lastSeen: () => ({ lines, errors, done }) },
    );
    expect(lines.filter((text) => text.startsWith('Redis takes'))).toHaveLength(1);
    await expect(wakeUps.ping()).resolves.toBeUndefined();
  });
});
