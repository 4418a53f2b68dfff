import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { WorkerSession, type SessionInfo } from '@drydock/engine';
import { submitted } from '@drydock/engine/testing';
import type { SessionId, TeamId } from '@drydock/domain';
import { eventually, TcpRelay } from '@drydock/testing';
import { connectDatabase, type Database } from './database.ts';
import { PgAttemptStore } from './pg-attempt-store.ts';
import { PgSessionStore } from './pg-session-store.ts';
import { Sealer } from './sealer.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const describeWorker = (): SessionInfo => {
  const bootNonce = randomBytes(4).toString('hex');
  const id = `worker-a:${bootNonce}` as SessionId;
  return { id, workerId: 'worker-a', bootNonce, host: 'host-a', version: '0.1.0', concurrency: 2 };
};

/** A worker's session that reaches PostgreSQL through a relay, and the rest of the fleet that reaches it directly. */
describe('a worker whose PostgreSQL is away for longer than its lease', () => {
  const make = usePgStores();
  let stores: PgStores;
  let relay: TcpRelay;
  let database: Database;
  let session: WorkerSession;
  let teamId: TeamId;

  beforeEach(async () => {
    stores = await make();
    teamId = await stores.addTeam();
    relay = await TcpRelay.toUrl(stores.url);
    database = connectDatabase({
      url: relay.through(stores.url),
      poolSize: 2,
      applicationName: 'drydock-spec',
    });
    session = new WorkerSession({
      store: new PgSessionStore(database),
      attempts: new PgAttemptStore(database, new Sealer(randomBytes(32))),
      describe: describeWorker,
      log,
    });
    await session.open();
  });
  afterEach(async () => {
    await session.close();
    await database.close();
    await relay.close();
  });

  const claim = async () => {
    const { id } = await submitted(stores, teamId);
    const claimed = await session.claim();
    expect(claimed?.claim.task.id).toBe(id);
    return claimed;
  };
  /** The network is gone until the lease has ended, as PostgreSQL's own clock counts. */
  const outage = async (meanwhile: () => Promise<unknown>): Promise<void> => {
    relay.cut();
    await session.beat();
    await expect(session.claim()).rejects.toMatchObject({ code: 'service_unavailable' });
    await stores.endLease(session.id);
    await meanwhile();
    await session.beat();
    relay.restore();
  };
  const nothing = (): Promise<void> => Promise.resolve();

  it('goes on with its work under the same id when nobody took it back', async () => {
    const held = (await claim())?.held;
    const { id } = session;
    await outage(nothing);
    await session.beat();
    held?.check();
    expect([session.id, session.isOpen, held?.signal.aborted]).toEqual([id, true, false]);
    await claim();
  });

  it('gives its work up and claims again under another id when the fleet took it back', async () => {
    const held = (await claim())?.held;
    const { id } = session;
    await outage(async () => expect(await stores.sessions.sweep()).toHaveLength(1));
    await session.beat();
    expect([session.id === id, session.isOpen]).toEqual([false, true]);
    expect(() => held?.check()).toThrow('taken back');
    expect((await session.claim())?.claim.fence).toMatchObject({ attempt: 2, sessionId: session.id });
  });

  it('claims again when it was idle', async () => {
    await outage(nothing);
    await session.beat();
    await claim();
  });

  it('opens its next session as soon as PostgreSQL is back, when it was away at that moment, too', async () => {
    const held = (await claim())?.held;
    await stores.sessions.close(session.id);
    await stores.sessions.sweep();
    await session.beat();
    expect([session.isOpen, held?.lost.aborted]).toEqual([true, true]);
    await stores.sessions.close(session.id);
    relay.pause();
    const beat = session.beat();
    relay.cut();
    await beat;
    expect(await session.claim().catch(() => null)).toBeNull();
    relay.resume();
    relay.restore();
    await eventually(async () => (await session.beat(), session.isOpen));
    expect(await session.claim()).toMatchObject({ claim: { fence: { attempt: 2 } } });
  });

  it('ends an attempt whose claim was committed and whose answer got lost', async () => {
    const { id } = await submitted(stores, teamId);
    relay.delayAnswers(3_000);
    const claiming = session.claim().catch(() => 'lost' as const);
    const isRunning = async () => (await stores.tasks.get(teamId, id))?.status === 'running';
    await eventually(isRunning);
    relay.cut();
    expect(await claiming).toBe('lost');
    relay.delayAnswers(0);
    relay.restore();
    await eventually(async () => !(await isRunning()));
    expect((await stores.tasks.get(teamId, id))?.attempts).toMatchObject([{ outcome: 'infrastructure' }]);
    expect((await session.claim())?.claim.fence).toMatchObject({ taskId: id, attempt: 2 });
  });
});
