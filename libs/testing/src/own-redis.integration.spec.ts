import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ownRedis, type OwnRedis } from './own-redis.ts';

describe('ownRedis', () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await ownRedis();
  });
  afterAll(() => redis.stop());

  it('is empty, asks for its password and never evicts', async () => {
    const client = new Redis(redis.url);
    expect(await client.dbsize()).toBe(0);
    expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction');
    client.disconnect();
    const stranger = new Redis(redis.url.replace(/:[^:@]+@/, ':wrong@'), { retryStrategy: () => null });
    stranger.on('error', () => undefined);
    await expect(stranger.ping()).rejects.toThrow();
  });
});
