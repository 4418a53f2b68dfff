import { expect, it } from '@jest/globals';
import { NO_USAGE } from '@drydock/domain';
import {
  allEvents,
  anEnd,
  aRunningTask,
  claimed,
  openSession,
  submitted,
  type StoresUnderTest,
} from './stores-under-test.ts';

/** Promises of `sweep`. */
export const sessionSweepContract = (stores: () => StoresUnderTest): void => {
  it('puts a lost task back into the queue and lets another worker claim it', async () => {
    const { teamId, id, session, fence } = await aRunningTask(stores());
    expect(await stores().sessions.sweep()).toEqual([]);
    await stores().endLease(session);
    expect(await stores().sessions.sweep()).toEqual([{ taskId: id, attempt: 1, finished: null }]);
    expect(await stores().sessions.sweep()).toEqual([]);
    expect(await stores().tasks.get(teamId, id)).toMatchObject({
      ...{ status: 'queued', outcome: null, phase: null, attempts: [{ number: 1, outcome: 'lost' }] },
    });
    expect((await allEvents(stores(), id)).at(-1)).toMatchObject({
      ...{ seq: 3, attempt: 1, type: 'task.released', outcome: 'lost' },
    });
    const next = await claimed(stores(), await openSession(stores(), 'worker-b'));
    expect(next.fence.attempt).toBe(2);
    await expect(stores().attempts.finish(fence, anEnd('changed'))).rejects.toMatchObject({
      code: 'lease_lost',
    });
  });

  it('ends a task that was lost three times; the second time it waits', async () => {
    const teamId = await stores().addTeam();
    const { id } = await submitted(stores(), teamId, { maxAttempts: 5 });
    for (let i = 0; i < 3; i++) {
      await stores().makeDue();
      const session = await openSession(stores());
      await claimed(stores(), session);
      await stores().endLease(session);
      const [taken] = await stores().sessions.sweep();
      expect(taken?.finished?.outcome ?? null).toBe(i < 2 ? null : 'infrastructure');
      const claimableAtOnce = [1, 0, 0][i];
      expect(await stores().sessions.countEligible(10)).toBe(claimableAtOnce);
    }
    const failed = { status: 'failed', outcome: 'infrastructure', error: { code: 'attempts_lost' } };
    expect(await stores().tasks.get(teamId, id)).toMatchObject(failed);
    expect((await allEvents(stores(), id)).at(-1)).toMatchObject({ type: 'task.finished', ...failed });
  });

  it('keeps in the history which worker each attempt was lost with, where and when', async () => {
    const teamId = await stores().addTeam();
    const { id } = await submitted(stores(), teamId);
    const evidence = [];
    for (const workerId of ['worker-a', 'worker-b', 'worker-c']) {
      await stores().makeDue();
      const session = await openSession(stores(), workerId);
      const { fence } = await claimed(stores(), session);
      if (workerId !== 'worker-a') await stores().attempts.enterPhase(fence, 'agent');
      await stores().sessions.heartbeat(session, { draining: false });
      const heartbeatAt = (await stores().sessions.workers()).find(
        (worker) => worker.sessionId === session,
      )?.heartbeatAt;
      const phase = workerId === 'worker-a' ? null : 'agent';
      evidence.push({ workerId, sessionId: session, host: 'host-a', phase, heartbeatAt });
      await stores().endLease(session);
      await stores().sessions.sweep();
    }
    const closings = (await allEvents(stores(), id)).filter(({ lost }) => lost !== undefined);
    expect(closings.map(({ type }) => type)).toEqual(['task.released', 'task.released', 'task.finished']);
    expect(closings.map(({ lost }) => lost)).toEqual(evidence);
  });

  it('tells how a task ended that it took back for the last time', async () => {
    const { teamId, id, session } = await aRunningTask(stores());
    await stores().tasks.cancel(teamId, id);
    await stores().sessions.close(session);
    expect(await stores().sessions.sweep()).toEqual([
      { taskId: id, attempt: 1, finished: { outcome: 'cancelled', usage: NO_USAGE } },
    ]);
  });

  it('cancels a lost task that was to be cancelled', async () => {
    const { teamId, id, session } = await aRunningTask(stores());
    await stores().tasks.cancel(teamId, id);
    await stores().endLease(session);
    await stores().sessions.sweep();
    expect(await stores().tasks.get(teamId, id)).toMatchObject({
      ...{ status: 'cancelled', outcome: 'cancelled', error: null, attempts: [{ outcome: 'lost' }] },
    });
  });

  it('takes back what a closed session still owned', async () => {
    const { teamId, id, session } = await aRunningTask(stores());
    await stores().sessions.close(session);
    expect(await stores().sessions.sweep()).toHaveLength(1);
    expect((await stores().tasks.get(teamId, id))?.status).toBe('queued');
  });

  it('takes each attempt back once, however many sweep', async () => {
    const teamId = await stores().addTeam();
    const ids = [];
    for (let i = 0; i < 30; i++) ids.push((await submitted(stores(), teamId)).id);
    const sessions = [];
    for (let i = 0; i < 6; i++) {
      const session = await openSession(stores(), `worker-${String(i)}`);
      for (let j = 0; j < 5; j++) await claimed(stores(), session);
      sessions.push(session);
    }
    await Promise.all(sessions.map((session) => stores().endLease(session)));
    const sweepAll = async (): Promise<number> => {
      const count = (await stores().sessions.sweep()).length;
      return count === 0 ? 0 : count + (await sweepAll());
    };
    const counts = await Promise.all(Array.from({ length: 4 }, sweepAll));
    expect(counts.reduce((a, b) => a + b, await sweepAll())).toBe(30);
    for (const id of ids)
      expect((await allEvents(stores(), id)).map(({ type }) => type)).toEqual([
        ...['task.queued', 'task.claimed', 'task.released'],
      ]);
  });

  it('has one winner against a finish and against a heartbeat', async () => {
    for (let i = 0; i < 15; i++) {
      const { teamId, id, session, fence } = await aRunningTask(stores());
      await stores().endLease(session);
      const [swept, finished, beat] = await Promise.allSettled([
        stores().sessions.sweep(),
        stores().attempts.finish(fence, anEnd('changed')),
        stores().sessions.heartbeat(session, { draining: false }),
      ]);
      const isSwept = swept.status === 'fulfilled' && swept.value.length === 1;
      expect(finished.status).toBe(isSwept ? 'rejected' : 'fulfilled');
      if (isSwept) expect(beat.status).toBe('rejected');
      const cancel = await stores().tasks.cancel(teamId, id);
      expect(cancel?.task.attempts).toMatchObject([{ outcome: isSwept ? 'lost' : 'changed' }]);
    }
  });
};
