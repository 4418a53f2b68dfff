import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, ownRedis, type OwnRedis } from '@drydock/testing';
import { Redis } from 'ioredis';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** By a connection of its own, as an operator would in the middle of the night. */
const flushAll = async ({ url: address }: OwnRedis): Promise<void> => {
  const connection = new Redis(address);
  await connection.flushall();
  connection.disconnect();
};

let redis: OwnRedis;
let system: System;
let url: string;

beforeAll(async () => {
  redis = await ownRedis();
  system = await startSystem({ redisUrl: redis.url, concurrency: 1 });
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
  await redis.stop();
});

/** In its first attempt it ends by nothing but what the test does to it; whoever takes it then has little to do. */
const ENDLESS_AT_FIRST = `echo two > a.txt; if grep -q '"attempt": 1' /in/task.json; then sleep 600; fi`;

describe('recovery', () => {
  it('ends ten queued tasks after a FLUSHALL', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 10 },
        async () => (await system.client.submit(bashTask(url, 'echo two > a.txt'))).id,
      ),
    );
    await flushAll(redis);
    const ends = await Promise.all(ids.map((id) => system.client.wait(id)));
    expect(ends.map((task) => [task.outcome, task.attempts.length])).toEqual(ids.map(() => ['changed', 1]));
  });

  it('runs a task again on another worker after kill -9, and ends it once', async () => {
    const { id } = await system.client.submit(bashTask(url, ENDLESS_AT_FIRST));
    const running = await system.client.until(id, (task) => task.phase === 'agent');
    const victim = system.workers[0];
    await system.startWorker();
    await victim?.killHard();
    const done = await system.client.wait(id);
    expect(done.outcome).toBe('changed');
    expect(done.attempts.map((attempt) => attempt.outcome)).toEqual(['lost', 'changed']);
    expect(done.attempts[1]?.workerId).not.toBe(running.attempts[0]?.workerId);
    const events = await system.client.events(id);
    expect(events.filter((event) => event['type'] === 'task.finished')).toHaveLength(1);
    expect(events.map((event) => event['seq'])).toEqual(events.map((_, index) => index + 1));
    await expectNothingLeft(system, [id]);
  });

  it('hands a running task back when it is drained, without using up an attempt', async () => {
    const { id } = await system.client.submit(bashTask(url, ENDLESS_AT_FIRST));
    await system.client.until(id, (task) => task.phase === 'agent');
    const draining = system.workers.find((worker) => !worker.hasExited)!;
    await system.startWorker();
    draining.signal('SIGINT');
    await eventually(async () => draining.output.includes('"msg":"stopping"'));
    draining.signal('SIGINT'); // Ctrl-C under npm arrives twice
    expect(await draining.stop()).toBe(0);
    const done = await system.client.wait(id);
    expect(done.attempts.map((attempt) => attempt.outcome)).toEqual(['handed_back', 'changed']);
  });

  it('cancels a queued task without a container and a running one, keeping its work', async () => {
    const { id } = await system.client.submit(
      bashTask(url, 'trap "" TERM; echo partial > a.txt; echo noted; while true; do sleep 1; done'),
    );
    const queued = await system.client.submit(bashTask(url, 'true'));
    await system.client.until(id, (task) => task.phase === 'agent');
    await system.client.post(`/v1/tasks/${queued.id}/cancel`, {});
    expect(await system.client.task(queued.id)).toMatchObject({
      status: 'cancelled',
      outcome: 'cancelled',
      attempts: [],
    });
    await eventually(async () => (await system.client.events(id)).some(({ type }) => type === 'log'));
    expect((await system.client.post(`/v1/tasks/${id}/cancel`, {})).status).toBe(202);
    const done = await system.client.wait(id);
    expect(done).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    expect((await system.client.diff(id)).toString()).toContain('+partial');
    expect((await system.client.post(`/v1/tasks/${id}/cancel`, {})).status).toBe(200);
    await expectNothingLeft(system, [id, queued.id]);
  });
});
