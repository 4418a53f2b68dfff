import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { SessionId, TeamId } from '@drydock/domain';
import type { StoresUnderTest, TeamLimits } from '@drydock/engine/testing';
import { freshDatabase, type FreshDatabase } from '@drydock/testing';
import { Client } from 'pg';
import { connectDatabase, type Database } from '../database.ts';
import { PgDeliveryStore } from '../deliveries/pg-delivery-store.ts';
import { PgApiKeyStore } from '../pg-api-key-store.ts';
import { PgAttemptStore } from '../pg-attempt-store.ts';
import { PgEventLog } from '../pg-event-log.ts';
import { PgSessionStore } from '../pg-session-store.ts';
import { PgTaskStore } from '../pg-task-store.ts';
import { Sealer } from '../sealer.ts';

export interface PgStores extends StoresUnderTest {
  readonly database: Database;
  readonly deliveries: PgDeliveryStore;
  readonly url: string;
  /** Not over our own connections: on a busy machine it takes longer to fill a table than any statement of ours may. */
  fill(text: string, values: readonly unknown[]): Promise<void>;
}

const SEALING_KEY = randomBytes(32);

const addTeam =
  (database: Database) =>
  async ({ weight = 1, maxConcurrent, maxQueued }: TeamLimits = {}): Promise<TeamId> => {
    const id = `team_${randomBytes(8).toString('hex')}`;
    await database.prisma((prisma) =>
      prisma.team.create({
        data: { id, name: id, weight, maxConcurrent: maxConcurrent ?? null, maxQueued: maxQueued ?? null },
      }),
    );
    return id as TeamId;
  };

/** Children of tasks go with them. */
const EMPTY = [
  'Task',
  'TaskEvent',
  'ModelCall',
  'IdempotencyKey',
  'WorkerSession',
  'Instance',
  'ApiKey',
  'Repository',
  'InboundDelivery',
  'AuditEntry',
  'WebhookEndpoint',
  'Team',
]
  .map((table) => `DELETE FROM "${table}"`)
  .join(';');

const fillAt =
  (url: string): PgStores['fill'] =>
  async (text, values) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(text, [...values]);
    } finally {
      await client.end();
    }
  };

const storesOn = (database: Database, url: string): PgStores => {
  const sealer = new Sealer(SEALING_KEY);
  return {
    database,
    deliveries: new PgDeliveryStore(database, sealer),
    url,
    fill: fillAt(url),
    tasks: new PgTaskStore(database, sealer),
    attempts: new PgAttemptStore(database, sealer),
    sessions: new PgSessionStore(database, { healthyForMs: 0 }),
    events: new PgEventLog(database),
    keys: new PgApiKeyStore(database),
    addTeam: addTeam(database),
    endLease: async (session: SessionId) => {
      await database.rows({
        text: 'UPDATE "WorkerSession" SET "leaseUntil" = clock_timestamp() WHERE "id" = $1',
        values: [session],
      });
    },
    makeDue: async () => {
      await database.rows({ text: 'UPDATE "Task" SET "heldUntil" = now() WHERE "heldUntil" IS NOT NULL' });
    },
    close: () => Promise.resolve(),
  };
};

/**
 * The PostgreSQL adapters on one database per spec file, emptied for every test: a new database each time would cost ten
 * times as much. To be called where specs are declared.
 */
export const usePgStores = (): (() => Promise<PgStores>) => {
  let fresh: FreshDatabase;
  let database: Database;
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = connectDatabase({ url: fresh.url, poolSize: 10, applicationName: 'drydock-spec' });
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });
  return async () => {
    await database.batch(EMPTY);
    return storesOn(database, fresh.url);
  };
};
