import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import { eventually, ownRedis, TcpRelay, type OwnRedis } from '@drydock/testing';
import { RedisEventHints } from './redis-event-hints.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const [one, two] = ['task_one', 'task_two'] as [TaskId, TaskId];

describe('RedisEventHints', () => {
  let redis: OwnRedis;
  let relay: TcpRelay;
  let worker: RedisEventHints;
  let api: RedisEventHints;
  let heard: string[];

  beforeAll(async () => {
    redis = await ownRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    heard = [];
    relay = await TcpRelay.toUrl(redis.url);
    worker = new RedisEventHints({ url: redis.url, prefix: 'mine', log });
    api = new RedisEventHints({ url: relay.through(redis.url), prefix: 'mine', log });
  });
  afterEach(async () => {
    await Promise.all([worker.close(), api.close()]);
    await relay.close();
  });

  const hear = (name: string) => () => void heard.push(name);
  /** Hints are lossy, so that a test has to repeat them. */
  const published = (taskId: TaskId, name: string) =>
    eventually(
      () => {
        worker.publish(taskId);
        return heard.includes(name);
      },
      { lastSeen: () => heard },
    );

  it('reaches the listeners of that task only', async () => {
    api.subscribe(one, hear('one'));
    api.subscribe(one, hear('also one'));
    api.subscribe(two, hear('two'));
    await published(one, 'one');
    expect(heard).toContain('also one');
    expect(heard).not.toContain('two');
    await published(two, 'two');
  });

  it('ends each subscription by itself', async () => {
    const listener = hear('same');
    const ends = [api.subscribe(one, listener), api.subscribe(one, listener)];
    ends[0]?.();
    ends[0]?.();
    await published(one, 'same');
    ends[1]?.();
    api.subscribe(two, hear('two'));
    await published(two, 'two');
    heard = [];
    worker.publish(one);
    await published(two, 'two');
    expect(heard).not.toContain('same');
  });

  it('subscribes again by itself after Redis was away', async () => {
    api.subscribe(one, hear('one'));
    await published(one, 'one');
    relay.cut();
    api.subscribe(two, hear('two'));
    heard = [];
    worker.publish(one);
    relay.restore();
    await published(one, 'one');
    await published(two, 'two');
  });

  it('is silent, not loud, without Redis', async () => {
    relay.cut();
    expect(() => {
      api.publish(one);
    }).not.toThrow();
    await expect(api.close()).resolves.toBeUndefined();
  });
});
