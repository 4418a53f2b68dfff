import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JOBS } from '@drydock/contracts';
import type { Log } from '@drydock/engine';
import { eventually, ownRedis, TcpRelay, type OwnRedis } from '@drydock/testing';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { RedisWakeUps } from './redis-wake-ups.ts';
import { queueModuleOptions, type WakeUpJob } from './queue-module.ts';
import { WORKER_OPTIONS } from './worker-options.ts';

/** So many of them must be over in half the time that they would take if each waited half a second for an answer. */
const MANY = 40;
const expectQuick = async (work: () => Promise<void>): Promise<void> => {
  const start = performance.now();
  for (let i = 0; i < MANY; i++) await work();
  expect(performance.now() - start).toBeLessThan((MANY * 500) / 2);
};

describe('RedisWakeUps', () => {
  let redis: OwnRedis;
  let relay: TcpRelay;
  let admin: Redis;
  let wakeUps: RedisWakeUps;
  let lines: string[];
  const line = (_fields: unknown, message: string) => void lines.push(message);
  const log: Log = { debug: line, info: line, warn: line, error: line };

  beforeAll(async () => {
    redis = await ownRedis();
    admin = new Redis(redis.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });
  beforeEach(async () => {
    lines = [];
    await admin.flushall();
    relay = await TcpRelay.toUrl(redis.url);
    wakeUps = new RedisWakeUps({ url: relay.through(redis.url), prefix: 'mine', log });
    await answers();
  });
  afterEach(async () => {
    await wakeUps.close();
    await relay.close();
  });

  const answers = () => eventually(() => wakeUps.ping().then(() => true));
  const waiting = () => admin.llen('mine:tasks:wait');

  it('adds anonymous wake-ups under the prefix', async () => {
    await wakeUps.ring('tasks');
    await wakeUps.ring('deliveries');
    expect(await waiting()).toBe(1);
    expect(await admin.llen('mine:deliveries:wait')).toBe(1);
    expect(await admin.hget('mine:tasks:1', 'data')).toBe('{"v":1}');
    expect((await admin.keys('*')).filter((key) => !key.startsWith('mine:'))).toEqual([]);
  });

  it('adds none to a window that is full, however many tasks are submitted', async () => {
    for (let i = 0; i < 130; i++) await wakeUps.ring('tasks');
    expect(await waiting()).toBe(100);
  });

  it.each([
    { present: 0, target: 3, after: 3 },
    { present: 2, target: 3, after: 3 },
    { present: 5, target: 3, after: 5 },
    { present: 0, target: 0, after: 0 },
    { present: 0, target: 100_000, after: 100 },
  ])('tops $present up to $after for $target tasks', async ({ present, target, after }) => {
    for (let i = 0; i < present; i++) await wakeUps.ring('tasks');
    await wakeUps.topUp('tasks', target);
    expect(await waiting()).toBe(after);
    expect(await wakeUps.waiting('tasks')).toBe(after);
  });

  it('neither throws nor waits while Redis is gone, and rings again afterwards', async () => {
    relay.cut();
    await eventually(() =>
      expect(wakeUps.ping())
        .rejects.toThrow('service_unavailable')
        .then(() => true),
    );
    await expectQuick(() => wakeUps.ring('tasks'));
    await expectQuick(() => wakeUps.topUp('tasks', 5));
    relay.restore();
    await answers();
    await wakeUps.ring('tasks');
    expect(await waiting()).toBe(1);
    expect(lines).toEqual(['Redis does not answer', 'Redis answers again']);
  });

  it('gives a silent network half a second, then rests, then reconnects', async () => {
    await wakeUps.ring('tasks');
    relay.pause();
    const start = performance.now();
    await wakeUps.ring('tasks');
    expect(performance.now() - start).toBeGreaterThan(400);
    await expectQuick(() => wakeUps.ring('tasks'));
    await eventually(() => lines.includes('Redis does not answer'), { lastSeen: () => lines });
    relay.resume();
    await answers();
    await wakeUps.ring('tasks');
    await eventually(async () => (await waiting()) >= 2, { lastSeen: () => lines });
  });

  it('wakes a worker again after FLUSHALL, with a signal and no trace left behind', async () => {
    const seen: string[] = [];
    const process = async (job: WakeUpJob, _token?: string, signal?: AbortSignal): Promise<void> => {
      JOBS['task.execute'].data.parse(job.data);
      await job.updateData({ v: 1, taskId: 'task_x', attempt: 1 });
      JOBS['task.execute'].data.parse(job.data);
      seen.push(String(signal?.aborted));
    };
    const options = queueModuleOptions({ url: redis.url, prefix: 'mine' });
    const worker = new Worker<unknown, void>('tasks', process, { ...options, ...WORKER_OPTIONS });
    worker.on('failed', (_job, error) => seen.push(error.message));
    void worker.run();
    try {
      await wakeUps.ring('tasks');
      await eventually(() => seen.length === 1);
      await admin.flushall();
      await wakeUps.topUp('tasks', 2);
      await eventually(() => seen.length === 3, { lastSeen: () => seen });
      expect(seen).toEqual(['false', 'false', 'false']);
      await eventually(async () => (await admin.keys('mine:tasks:?')).length === 0);
    } finally {
      await worker.close(true);
    }
  });
});
