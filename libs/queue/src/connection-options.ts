/** `producer` answers a request or dies quickly; `consumer` and `subscriber` wait for Redis as long as it takes. */
export type ConnectionRole = 'producer' | 'consumer' | 'subscriber';

/** Longest pause between two tries to reconnect: BullMQ's own would grow to 20 s. */
const MAX_RECONNECT_MS = 2_000;
/** What a caller that must not wait gives Redis for one answer. */
export const PRODUCER_TIMEOUT_MS = 500;

interface Patience {
  readonly enableOfflineQueue?: boolean;
  /** null: for ever. */
  readonly maxRetriesPerRequest: number | null;
  readonly commandTimeout?: number;
  readonly socketTimeout?: number;
  readonly keepAlive?: number;
}

/** The part of ioredis' and BullMQ's options that we set; times in ms. */
export interface RedisConnectionOptions extends Patience {
  readonly url: string;
  readonly connectTimeout: number;
  readonly connectionName: string;
  readonly retryStrategy: (times: number) => number;
  readonly reconnectOnError: (error: Error) => boolean;
}

const FAST_FAIL: Patience = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  commandTimeout: PRODUCER_TIMEOUT_MS,
  // A network that swallows packets leaves a connection open that will never answer again.
  socketTimeout: 4 * PRODUCER_TIMEOUT_MS,
};

/** The blocking read of an idle worker returns after `drainDelay` (5 s), so that 20 s of silence mean a dead network. */
const PATIENT: Patience = { maxRetriesPerRequest: null, socketTimeout: 20_000 };

const OF_ROLE: Record<ConnectionRole, Patience> = {
  producer: FAST_FAIL,
  consumer: PATIENT,
  // A subscriber hears nothing for hours; keep-alive probes find a dead peer.
  subscriber: { maxRetriesPerRequest: null, keepAlive: 10_000 },
};

/** Options for ioredis and for BullMQ's `connection` alike. */
export const connectionOptions = (redisUrl: string, role: ConnectionRole): RedisConnectionOptions => ({
  url: redisUrl,
  connectTimeout: 5_000,
  connectionName: `drydock-${role}`,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), MAX_RECONNECT_MS),
  // After a failover the connection may still lead to the old primary: its name is looked up again.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  ...OF_ROLE[role],
});
