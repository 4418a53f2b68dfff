import { AppError } from '@drydock/domain';
import { PrismaPg } from '@prisma/adapter-pg';
import { DatabaseError, Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { PrismaClient } from './generated/client.ts';
import { isRetryable, translateError } from './translate-error.ts';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most: 10 in the api, 5 in a worker. */
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** What a statement needs: the pool or one transaction. */
export interface Queries {
  /** `name` keeps the plan on the connection. Rows come as the statement declares them. */
  rows<Row>(statement: QueryConfig): Promise<Row[]>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 5_000;
/** A connection that went silent is given up; later than the server's own timeout, so that its answer wins. */
const ANSWER_TIMEOUT_MS = 7_000;
const PING_TIMEOUT_MS = 2_000;
const MAX_TRIES = 4;

const poolOf = (options: DatabaseOptions): Pool => {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: STATEMENT_TIMEOUT_MS,
    // A frozen process must not hold row locks: its transaction is ended for it.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
  });
  // Without listeners a broken connection, idle or checked out, would end the process; the next statement reports it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

const queriesOn = (client: PoolClient): Queries => ({
  rows: async <Row>(statement: QueryConfig) => (await client.query(statement)).rows as Row[],
});

/** The server answered, or the fault was ours: the connection can go on. A silent one would keep us waiting once more. */
const isServerWell = (error: unknown): boolean => error instanceof DatabaseError || error instanceof AppError;

/** Returns whether the connection is broken. */
const rollBack = (client: PoolClient): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => false,
    () => true,
  );

/** One pool of connections, for Prisma and for bare statements alike. Every method throws AppErrors only. */
export class Database implements Queries {
  readonly #pool: Pool;
  #prisma: PrismaClient | null = null;

  constructor(options: DatabaseOptions) {
    this.#pool = poolOf(options);
  }

  async rows<Row>(statement: QueryConfig): Promise<Row[]> {
    try {
      return (await this.#pool.query(statement)).rows as Row[];
    } catch (error) {
      throw translateError(error);
    }
  }

  /**
   * Several statements in one message: one round trip, one transaction that no client can hold open, and a fresh snapshot
   * for each statement. It takes no parameters, so every value in `text` must come out of `pg.escapeLiteral`.
   * @returns rows of the last statement.
   */
  async batch<Row>(text: string): Promise<Row[]> {
    try {
      const results = (await this.#pool.query(text)) as unknown as QueryResult[];
      return (results.at(-1)?.rows ?? []) as Row[];
    } catch (error) {
      throw translateError(error);
    }
  }

  /** READ COMMITTED. Runs `work` again after a deadlock, so it must have no effect besides its statements. */
  async transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (tries >= MAX_TRIES || !isRetryable(error)) throw translateError(error);
      }
    }
  }

  /** Typed access for what needs no subtle statement. */
  async prisma<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    this.#prisma ??= new PrismaClient({ adapter: new PrismaPg(this.#pool) });
    try {
      return await work(this.#prisma);
    } catch (error) {
      throw translateError(error);
    }
  }

  /** @throws AppError `service_unavailable` when there is no answer within 2 s. */
  async ping(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(translateError(new Error('Query read timeout')));
    }, PING_TIMEOUT_MS);
    try {
      await Promise.race([this.rows({ text: 'SELECT 1' }), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.#prisma?.$disconnect();
    if (!this.#pool.ended) await this.#pool.end();
  }

  async #once<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let isBroken = true;
    try {
      await client.query('BEGIN');
      const result = await work(queriesOn(client));
      await client.query('COMMIT');
      isBroken = false;
      return result;
    } catch (error) {
      if (isServerWell(error)) isBroken = await rollBack(client);
      throw error;
    } finally {
      client.release(isBroken);
    }
  }
}

/** Opens nothing yet: the first statement connects. */
export const connectDatabase = (options: DatabaseOptions): Database => new Database(options);
