import { beforeEach, describe, expect, it } from '@jest/globals';
import { aRunningTask, openSession } from '@drydock/engine/testing';
import { eventually, TcpRelay } from '@drydock/testing';
import { connectDatabase } from './database.ts';
import { PgSessionStore } from './pg-session-store.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

const options = { poolSize: 2, applicationName: 'drydock-spec' };

describe('PostgreSQL away', () => {
  const make = usePgStores();
  let stores: PgStores;
  beforeEach(async () => {
    stores = await make();
  });

  it('says service_unavailable when nobody listens', async () => {
    const database = connectDatabase({ ...options, url: 'postgresql://drydock@127.0.0.1:1/drydock' });
    for (const work of [
      () => database.ping(),
      () => database.rows({ text: 'SELECT 1' }),
      () => database.transaction((tx) => tx.rows({ text: 'SELECT 1' })),
      () => database.prisma((prisma) => prisma.team.count()),
    ])
      await expect(work()).rejects.toMatchObject({ code: 'service_unavailable' });
    await database.close();
  });

  it('answers a ping within 2 s although the network is silent, and recovers', async () => {
    const relay = await TcpRelay.toUrl(stores.url);
    const database = connectDatabase({ ...options, url: relay.through(stores.url) });
    const sessions = new PgSessionStore(database);
    await sessions.ping();
    relay.pause();
    const startedAt = performance.now();
    await expect(sessions.ping()).rejects.toMatchObject({ code: 'service_unavailable' });
    // Any other statement is given up after 7 s.
    expect(performance.now() - startedAt).toBeLessThan(6_500);
    relay.resume();
    await eventually(() => sessions.ping().then(() => true));
    await database.close();
    await relay.close();
  });

  it('survives connections that the server ends', async () => {
    const { database } = stores;
    // So many connections as there are statements at once.
    await Promise.all([1, 2, 3].map(() => database.rows({ text: 'SELECT 1' })));
    const [ended] = await database.rows<{ count: number }>({
      text: `SELECT count(pg_terminate_backend(pid))::int AS "count" FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    });
    expect(ended?.count).toBeGreaterThanOrEqual(2);
    await expect(
      database.transaction((tx) => tx.rows({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' })),
    ).rejects.toMatchObject({ code: 'service_unavailable' });
    // Of some connections we may still have to hear that they were ended.
    await eventually(() => openSession(stores));
  });

  it('takes nothing back before its view has been unbroken for one lease', async () => {
    const { session } = await aRunningTask(stores);
    await stores.endLease(session);
    expect(await new PgSessionStore(stores.database).sweep()).toEqual([]);
    expect(await stores.sessions.sweep()).toHaveLength(1);
  });

  it('has the server end a transaction that a frozen process left open', async () => {
    const settings = await stores.database.rows({ text: 'SHOW idle_in_transaction_session_timeout' });
    expect(settings).toEqual([{ idle_in_transaction_session_timeout: '5s' }]);
  });
});
