import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { AttemptStore, Fence } from '@drydock/engine';
import { aBatch, allEvents, anEnd, aRunningTask, claimed } from '@drydock/engine/testing';
import { eventually, TcpRelay } from '@drydock/testing';
import { connectDatabase, type Database } from './database.ts';
import { PgAttemptStore } from './pg-attempt-store.ts';
import { Sealer } from './sealer.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

/** Far longer than a look at the database takes: the write is there while its answer is still on the way. Below our own bounds. */
const ANSWER_AFTER_MS = 3_000;

const CALL = {
  ...{ callId: 'call-1', model: 'scripted', inputTokens: 10, cachedTokens: 4, outputTokens: 2 },
  ...{ costUsd: 0.5, ms: 12, status: 200 },
};

describe('answers that get lost on the way', () => {
  const make = usePgStores();
  let stores: PgStores;
  let relay: TcpRelay;
  let database: Database;
  let attempts: AttemptStore;

  beforeEach(async () => {
    stores = await make();
    relay = await TcpRelay.toUrl(stores.url);
    database = connectDatabase({
      url: relay.through(stores.url),
      poolSize: 1,
      applicationName: 'drydock-spec',
    });
    attempts = new PgAttemptStore(database, new Sealer(randomBytes(32)));
    await database.ping();
  });
  afterEach(async () => {
    await database.close();
    await relay.close();
  });

  /** Has the write done and cuts the connection before its answer arrives. */
  const loseAnswer = async (
    write: () => Promise<unknown>,
    isThere: () => Promise<boolean>,
  ): Promise<void> => {
    relay.delayAnswers(ANSWER_AFTER_MS);
    const outcome = write().then(
      () => 'answered',
      (error: unknown) => (error as { code: string }).code,
    );
    await eventually(isThere);
    relay.cut();
    expect(await outcome).toBe('service_unavailable');
    relay.delayAnswers(0);
    relay.restore();
  };

  const count = async (fence: Fence): Promise<number> => (await allEvents(stores, fence.taskId)).length;

  it('leaves a batch of events in the history once', async () => {
    const { id, fence } = await aRunningTask(stores);
    const tell = () => attempts.appendEvents(fence, aBatch(1, ['a', 'b']));
    await loseAnswer(tell, async () => (await count(fence)) === 4);
    await tell();
    await attempts.appendEvents(fence, aBatch(2, ['c']));
    const events = await allEvents(stores, id);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(events.flatMap(({ message }) => message ?? [])).toEqual(['a', 'b', 'c']);
  });

  it('tells an end again, although somebody else has claimed the task since', async () => {
    const { id, fence, session } = await aRunningTask(stores);
    const tell = () => attempts.finish(fence, anEnd('handed_back'));
    await loseAnswer(tell, async () => (await stores.sessions.countEligible(1)) === 1);
    await stores.sessions.heartbeat(session, { draining: false });
    const next = await claimed(stores, session);
    expect(await tell()).toBe('requeued');
    await expect(attempts.appendEvents(fence, aBatch(1, ['late']))).rejects.toMatchObject({
      code: 'lease_lost',
    });
    await attempts.appendEvents(next.fence, aBatch(1, ['now']));
    expect((await allEvents(stores, id)).map(({ type }) => type)).toEqual([
      ...['task.queued', 'task.claimed', 'task.released', 'task.claimed', 'notice'],
    ]);
  });

  it('counts a model call once', async () => {
    const { teamId, id, fence } = await aRunningTask(stores);
    const usage = async () => (await stores.tasks.get(teamId, id))?.usage;
    await loseAnswer(
      () => attempts.recordCall(fence, CALL),
      async () => (await usage())?.modelCalls === 1,
    );
    await attempts.recordCall(fence, CALL);
    expect(await usage()).toMatchObject({ modelCalls: 1, inputTokens: 10, costUsd: 0.5 });
  });
});

describe('writes that are told again while the first try still waits', () => {
  const make = usePgStores();

  it('take effect once, in whatever order they get the row', async () => {
    const stores = await make();
    const { teamId, id, fence } = await aRunningTask(stores);
    const { attempts, database } = stores;
    const waiting = {
      text: `SELECT count(*)::int AS "n" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    };
    const told = await database.transaction(async (tx) => {
      await tx.rows({ text: 'SELECT 1 FROM "Task" WHERE "id" = $1 FOR UPDATE', values: [id] });
      const tellings = [1, 2].flatMap(() => [
        attempts.recordCall(fence, CALL),
        attempts.appendEvents(fence, aBatch(1, ['a'])),
      ]);
      await eventually(async () => ((await database.rows<{ n: number }>(waiting))[0]?.n ?? 0) >= 4);
      return { tellings };
    });
    await Promise.all(told.tellings);
    expect((await stores.tasks.get(teamId, id))?.usage).toMatchObject({ modelCalls: 1, costUsd: 0.5 });
    expect((await allEvents(stores, id)).flatMap(({ message }) => message ?? [])).toEqual(['a']);
    const ends = await Promise.all([1, 2, 3].map(() => attempts.finish(fence, anEnd('changed'))));
    expect(ends).toEqual(['finished', 'finished', 'finished']);
  });
});
