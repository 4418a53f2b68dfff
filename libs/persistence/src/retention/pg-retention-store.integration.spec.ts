import { beforeEach, describe, expect, it } from '@jest/globals';
import { retentionStoreContract, type RetentionUnderTest } from '@drydock/engine/testing';
import { retentionOver } from '../testing/pg-retention.ts';
import { usePgStores, type PgStores } from '../testing/pg-stores.ts';

const make = usePgStores();
retentionStoreContract('PostgreSQL', async () => retentionOver(await make()));

describe('retention in PostgreSQL', () => {
  let stores: PgStores;
  let retention: RetentionUnderTest;
  beforeEach(async () => {
    stores = await make();
    retention = await retentionOver(stores);
  });

  const lockHolders = () =>
    stores.database.rows<{ pid: number }>({
      text: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'drydock-retention'`,
    });

  it('says at once when the connection that holds the lock dies, and another may go on', async () => {
    const reason = await retention.store.exclusively(async (signal) => {
      const lost = Promise.withResolvers<unknown>();
      signal.addEventListener('abort', () => {
        lost.resolve(signal.reason);
      });
      for (const { pid } of await lockHolders())
        await stores.database.rows({ text: 'SELECT pg_terminate_backend($1)', values: [pid] });
      const why = await lost.promise;
      expect(await retention.rival.exclusively(async () => 'free')).toBe('free');
      return why;
    });
    expect(reason).toMatchObject({ code: 'service_unavailable' });
  });

  it('leaves no connection behind', async () => {
    await retention.store.exclusively(async () => 'done');
    await expect(lockHolders()).resolves.toEqual([]);
  });

  it('reads pages over the holes, from any number on, and ends', async () => {
    const events = ['task.queued', ...Array.from({ length: 30 }, () => 'log'), 'task.finished'];
    const id = await retention.addTask({ status: 'failed', endedMsAgo: 1000, events });
    await retention.store.deleteLogEvents({ olderThanMs: 0, limit: 1 });
    for (const [after, seqs] of [
      [0, [1, 32]],
      [1, [32]],
      [15, [32]],
      [31, [32]],
      [32, []],
      [99, []],
    ] as const) {
      const read = await stores.events.read(id, after, 50);
      expect([after, read.events.map(({ seq }) => seq), read.more]).toEqual([after, seqs, false]);
    }
    expect(await stores.events.read(id, 0, 1)).toMatchObject({ events: [{ seq: 1 }], more: true });
  });

  it('deletes long histories in several statements of one transaction', async () => {
    const id = await retention.addTask({ status: 'failed', endedMsAgo: 1000 });
    await stores.database.rows({
      text: `INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
        SELECT $1, nth, CASE nth % 6000 WHEN 0 THEN 'notice' ELSE 'log' END, now(), 'team', '{}' FROM generate_series(1, 12345) nth`,
      values: [id],
    });
    await stores.database.rows({ text: `UPDATE "Task" SET "lastSeq" = 12345 WHERE "id" = $1`, values: [id] });
    expect(await retention.store.deleteLogEvents({ olderThanMs: 0, limit: 5 })).toEqual({
      tasks: 1,
      events: 12_343,
    });
    expect((await retention.look(id)).events).toEqual(['6000 notice', '12000 notice']);
  });

  it('leaves a task alone that somebody holds, and takes it in the next run', async () => {
    const id = await retention.addTask({ status: 'failed', endedMsAgo: 1000, artifacts: { '1/x': 1 } });
    await stores.database.transaction(async (tx) => {
      await tx.rows({ text: 'SELECT 1 FROM "Task" WHERE "id" = $1 FOR UPDATE', values: [id] });
      expect(await retention.store.deleteLogEvents({ olderThanMs: 0, limit: 1 })).toMatchObject({ tasks: 0 });
      expect(await retention.store.withdrawFiles({ olderThanMs: 0, limit: 1 })).toEqual([]);
    });
    expect(await retention.store.withdrawFiles({ olderThanMs: 0, limit: 1 })).toEqual([id]);
  });
});
