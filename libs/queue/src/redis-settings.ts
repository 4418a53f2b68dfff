import type { Log } from '@drydock/engine';
import type { Telemetry as QueueTelemetry } from 'bullmq';
import { Redis } from 'ioredis';
import { connectionOptions, type ConnectionRole } from './connection-options.ts';

/** What both adapters are made from. */
export interface RedisSettings {
  readonly url: string;
  /** Before every key and channel: `DRYDOCK_REDIS_PREFIX`. */
  readonly prefix: string;
  readonly log: Log;
  /** bullmq-otel's, when tracing is on. */
  readonly telemetry?: QueueTelemetry | undefined;
}

/**
 * A connection that speaks of an outage once when it begins and once when it is over; ioredis would repeat it with every
 * try.
 */
export const openRedis = ({ url, log }: RedisSettings, role: ConnectionRole, isLazy = false): Redis => {
  const { url: address, ...options } = connectionOptions(url, role);
  const redis = new Redis(address, { ...options, lazyConnect: isLazy });
  let isAway = false;
  redis.on('error', (error: Error) => {
    if (!isAway) log.warn({ role, reason: error.message }, 'Redis does not answer');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info({ role }, 'Redis answers again');
    isAway = false;
  });
  return redis;
};

/** Ends a connection without a last word about the reset that its socket may still see. */
export const closeRedis = (redis: Redis): void => {
  redis.removeAllListeners('error').on('error', () => undefined);
  redis.disconnect();
};
