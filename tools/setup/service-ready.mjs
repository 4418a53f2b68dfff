/** Waits until Redis and PostgreSQL answer a real request. */
import { setTimeout as delay } from 'node:timers/promises';

import { Redis } from 'ioredis';
import pg from 'pg';

import { SetUpError } from './set-up-error.mjs';

const READY_DEADLINE_MS = 60_000;
const POLL_MS = 50;

const askPostgres = async (connectionString) => {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
};

const askRedis = async (url) => {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
};

const ASK = { postgres: askPostgres, redis: askRedis };

/** Resolves when the service answers. @throws SetUpError with the last reason after a minute. */
export async function waitUntilReady(service, url) {
  const deadline = performance.now() + READY_DEADLINE_MS;
  for (;;) {
    try {
      return await ASK[service](url);
    } catch (error) {
      if (performance.now() > deadline) {
        throw new SetUpError(
          `${service} does not answer: ${error.message}. See: docker logs (name in docker ps).`,
        );
      }
      await delay(POLL_MS);
    }
  }
}
