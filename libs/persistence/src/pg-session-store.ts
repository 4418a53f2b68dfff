import { randomBytes } from 'node:crypto';
import type { QueueView, WorkerView } from '@drydock/contracts';
import { AppError, crockford, type InstanceId, type SessionId } from '@drydock/domain';
import {
  LEASE_MS,
  type AttemptKey,
  type Heartbeat,
  type SessionInfo,
  type SessionStore,
  type TakenBack,
} from '@drydock/engine';
import type { z } from 'zod';
import type { Database } from './database.ts';
import { SWEEP_DELIVERIES } from './deliveries/release-deliveries.ts';
import { readQueue } from './read-queue.ts';
import { readWorkers } from './read-workers.ts';
import { CLOSE, countEligibleStatement, HEARTBEAT, LIVE_ATTEMPTS, OPEN } from './session-statements.ts';
import { LeaseHealth } from './lease-health.ts';
import { sweepAttempts } from './sweep-attempts.ts';

export interface SessionStoreOptions {
  /** How long the connection must have been healthy before a sweep takes anything back; default: one lease. */
  readonly healthyForMs?: number;
}

/** Worker sessions, leases and the sweep in PostgreSQL; all times are the database's own. */
export class PgSessionStore implements SessionStore {
  readonly #database: Database;
  readonly #health: LeaseHealth;

  constructor(database: Database, { healthyForMs = LEASE_MS }: SessionStoreOptions = {}) {
    this.#database = database;
    this.#health = new LeaseHealth(healthyForMs, () => performance.now());
  }

  async open(session: SessionInfo): Promise<void> {
    const { id, workerId, bootNonce, host, version, concurrency } = session;
    await this.#database.rows({
      text: OPEN,
      values: [id, workerId, bootNonce, host, version, concurrency, LEASE_MS],
    });
  }

  async heartbeat(session: SessionId, state: { draining: boolean }): Promise<Heartbeat> {
    const [beat] = await this.#watched(() =>
      this.#database.rows<Heartbeat>({
        name: 'heartbeat',
        text: HEARTBEAT,
        values: [session, state.draining, LEASE_MS],
      }),
    );
    if (beat !== undefined) return beat;
    throw new AppError('lease_lost', `Worker session ${session} has ended and its attempts were taken back.`);
  }

  async close(session: SessionId): Promise<void> {
    await this.#database.rows({ text: CLOSE, values: [session] });
  }

  async sweep(): Promise<TakenBack[]> {
    await this.#watched(() => this.#database.rows({ text: 'SELECT 1' }));
    if (!this.#health.isTrusted()) return [];
    const taken = await this.#watched(() => this.#database.transaction(sweepAttempts));
    await this.#watched(() => this.#database.rows({ name: 'sweep-deliveries', text: SWEEP_DELIVERIES }));
    return taken;
  }

  async countEligible(atMost: number): Promise<number> {
    const [row] = await this.#database.batch<{ count: number }>(countEligibleStatement(atMost));
    return row?.count ?? 0;
  }

  liveAttempts(): Promise<AttemptKey[]> {
    return this.#database.rows<AttemptKey>({ text: LIVE_ATTEMPTS });
  }

  workers(): Promise<z.infer<typeof WorkerView>[]> {
    return readWorkers(this.#database);
  }

  queue(): Promise<z.infer<typeof QueueView>> {
    return readQueue(this.#database);
  }

  async instanceId(): Promise<InstanceId> {
    // By bare SQL, like all that a worker asks: it never loads Prisma's query compiler, which costs 40 MB.
    const fresh = `inst_${crockford(randomBytes(16))}`;
    await this.#database.rows({
      text: 'INSERT INTO "Instance" (id) VALUES ($1) ON CONFLICT DO NOTHING',
      values: [fresh],
    });
    const [instance] = await this.#database.rows<{ id: InstanceId }>({ text: 'SELECT id FROM "Instance"' });
    if (!instance) throw new AppError('service_unavailable', 'The installation has lost its id.');
    return instance.id;
  }

  ping(): Promise<void> {
    return this.#database.ping();
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#health.answered();
      return result;
    } catch (error) {
      this.#health.failed();
      throw error;
    }
  }
}
