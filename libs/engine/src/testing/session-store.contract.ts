import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionId } from '@drydock/domain';
import { sessionSweepContract } from './session-sweep.contract.ts';
import {
  anEnd,
  aRunningTask,
  claimed,
  openSession,
  submitted,
  type MakeStores,
  type StoresUnderTest,
} from './stores-under-test.ts';

const leaseContract = (stores: () => StoresUnderTest): void => {
  it('answers a heartbeat with what the session owns and what wants to be cancelled', async () => {
    const teamId = await stores().addTeam();
    const session = await openSession(stores());
    expect(await stores().sessions.heartbeat(session, { draining: false })).toEqual({
      cancel: [],
      owned: [],
    });
    await submitted(stores(), teamId);
    await submitted(stores(), teamId);
    const [first, second] = [await claimed(stores(), session), await claimed(stores(), session)];
    await stores().tasks.cancel(teamId, second.task.id);
    const beat = await stores().sessions.heartbeat(session, { draining: false });
    expect(beat.cancel).toEqual([second.task.id]);
    expect(new Set(beat.owned)).toEqual(new Set([first.fence, second.fence]));
    await stores().attempts.finish(second.fence, anEnd('cancelled'));
    expect(await stores().sessions.heartbeat(session, { draining: false })).toEqual({
      ...{ cancel: [], owned: [first.fence] },
    });
  });

  it('renews a lease that ended while nobody took anything back', async () => {
    const { session, fence } = await aRunningTask(stores());
    await stores().endLease(session);
    const beat = await stores().sessions.heartbeat(session, { draining: false });
    expect(beat.owned).toEqual([fence]);
    expect(await stores().sessions.sweep()).toEqual([]);
    await expect(stores().attempts.enterPhase(fence, 'agent')).resolves.toBeUndefined();
  });

  it('throws lease_lost once its attempts were taken back, and to a session that is unknown or closed', async () => {
    const { session } = await aRunningTask(stores());
    await stores().endLease(session);
    expect(await stores().sessions.sweep()).toHaveLength(1);
    const closed = await openSession(stores());
    await stores().sessions.close(closed);
    for (const ended of [session, closed, 'nobody:1' as SessionId])
      await expect(stores().sessions.heartbeat(ended, { draining: false })).rejects.toMatchObject({
        code: 'lease_lost',
      });
  });

  it('opens an ended session again, without its old attempts', async () => {
    const { session, fence } = await aRunningTask(stores());
    await stores().endLease(session);
    await stores().sessions.sweep();
    const [workerId = '', bootNonce = ''] = session.split(':');
    const info = { id: session, workerId, bootNonce, host: 'host-a', version: '0.1.0', concurrency: 2 };
    await stores().sessions.open(info);
    expect(await stores().sessions.heartbeat(session, { draining: false })).toEqual({
      cancel: [],
      owned: [],
    });
    await expect(stores().attempts.enterPhase(fence, 'agent')).rejects.toMatchObject({ code: 'lease_lost' });
  });
};

const viewContract = (stores: () => StoresUnderTest): void => {
  it('lists workers with what they run', async () => {
    const { session, fence } = await aRunningTask(stores());
    await stores().attempts.enterPhase(fence, 'agent');
    await stores().sessions.heartbeat(session, { draining: true });
    const idle = await openSession(stores(), 'worker-b');
    await stores().sessions.close(idle);
    const workers = await stores().sessions.workers();
    expect(workers).toMatchObject([
      {
        ...{ id: 'worker-a', sessionId: session, host: 'host-a', version: '0.1.0', concurrency: 2 },
        ...{ live: true, draining: true, running: [{ taskId: fence.taskId, attempt: 1, phase: 'agent' }] },
      },
      { id: 'worker-b', live: false, running: [] },
    ]);
    expect(workers[0]?.heartbeatAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('shows the backlog by team', async () => {
    expect(await stores().sessions.queue()).toMatchObject({
      queued: 0,
      eligible: 0,
      oldestQueuedSeconds: null,
    });
    const capped = await stores().addTeam({ maxConcurrent: 1 });
    for (let i = 0; i < 3; i++) await submitted(stores(), capped);
    await claimed(stores(), await openSession(stores()));
    const free = await stores().addTeam();
    await submitted(stores(), free);
    await submitted(stores(), free, {}, { notBefore: new Date(Date.now() + 3_600_000) });
    const queue = await stores().sessions.queue();
    expect(queue).toMatchObject({ queued: 4, eligible: 1, running: 1 });
    expect(queue.oldestQueuedSeconds).toBeGreaterThanOrEqual(0);
    expect(queue.teams).toMatchObject([
      { teamId: capped, queued: 2, running: 1 },
      { teamId: free, queued: 2, running: 0 },
    ]);
  });

  it('counts what could be claimed now, up to the given number', async () => {
    const [capped, free] = [await stores().addTeam({ maxConcurrent: 2 }), await stores().addTeam()];
    for (let i = 0; i < 5; i++) await submitted(stores(), capped);
    await submitted(stores(), free, {}, { notBefore: new Date(Date.now() - 60_000) });
    await submitted(stores(), free, {}, { notBefore: new Date(Date.now() + 3_600_000) });
    expect(await stores().sessions.countEligible(100)).toBe(3);
    expect(await stores().sessions.countEligible(2)).toBe(2);
    await claimed(stores(), await openSession(stores()));
    expect(await stores().sessions.countEligible(100)).toBe(2);
  });

  it('names the attempts that a reaper must not touch until a sweep has closed them', async () => {
    const { session, fence } = await aRunningTask(stores());
    const { taskId, attempt } = fence;
    expect(await stores().sessions.liveAttempts()).toEqual([{ taskId, attempt }]);
    await stores().endLease(session);
    await stores().sessions.sweep();
    expect(await stores().sessions.liveAttempts()).toEqual([]);
  });

  it('has one instance id for ever, however many ask first', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => stores().sessions.instanceId()));
    expect(new Set(ids).size).toBe(1);
    await expect(stores().sessions.ping()).resolves.toBeUndefined();
  });
};

/** Promises of `SessionStore`, for every adapter of it. */
export const sessionStoreContract = (name: string, make: MakeStores): void => {
  describe(`SessionStore contract: ${name}`, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await make();
    });
    afterEach(() => stores.close());
    describe('lease', () => {
      leaseContract(() => stores);
    });
    describe('sweep', () => {
      sessionSweepContract(() => stores);
    });
    describe('views', () => {
      viewContract(() => stores);
    });
  });
};
