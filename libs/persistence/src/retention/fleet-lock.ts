import { AppError } from '@drydock/domain';
import { Client } from 'pg';

/** Any two numbers that no other lock uses. */
const TAKE = 'SELECT pg_try_advisory_lock(7305112, 2) AS "taken"';
const BEAT_MS = 2_000;
/** A holder that is frozen says nothing: the server ends its connection, and with it the lock. */
const SILENCE_MS = 20_000;
const ANSWER_MS = 5_000;

/** A connection of its own: the lock lives and dies with it, and no pool hands it to anybody else. */
const openClient = async (url: string): Promise<Client> => {
  const client = new Client({
    connectionString: url,
    application_name: 'drydock-retention',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`SET idle_session_timeout = ${String(SILENCE_MS)}`);
  return client;
};

const unavailable = (cause: unknown): AppError =>
  new AppError('service_unavailable', 'PostgreSQL does not answer. Try again in a moment.', { cause });

const abortWhenLost = (client: Client): { signal: AbortSignal; stop: () => void } => {
  const controller = new AbortController();
  const lose = (): void => {
    controller.abort(unavailable(new Error('the connection that held the lock is gone')));
  };
  client.once('error', lose);
  client.once('end', lose);
  const timer = setInterval(() => {
    client.query('SELECT 1').catch(lose);
  }, BEAT_MS);
  return {
    signal: controller.signal,
    stop: () => {
      clearInterval(timer);
      client.off('end', lose);
    },
  };
};

const work = async <T>(client: Client, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const { signal, stop } = abortWhenLost(client);
  try {
    return await run(signal);
  } finally {
    stop();
  }
};

/**
 * Runs `run` while this process alone of the fleet holds the lock; null when another has it. The lock is the connection's:
 * a process that dies gives it back at once, one that is frozen within 20 s.
 * @throws AppError `service_unavailable`, and what `run` throws.
 */
export const underFleetLock = async <T>(
  url: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> => {
  const client = await openClient(url).catch((error: unknown) => {
    throw unavailable(error);
  });
  try {
    const { rows } = await client.query<{ taken: boolean }>(TAKE).catch((error: unknown) => {
      throw unavailable(error);
    });
    return rows[0]?.taken === true ? await work(client, run) : null;
  } finally {
    await client.end().catch(() => undefined);
  }
};
