import { expect, it } from '@jest/globals';
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
    expect(await stores().sessions.sweep()).toBe(0);
    await stores().endLease(session);
    expect(await stores().sessions.sweep()).toBe(1);
    expect(await stores().sessions.sweep()).toBe(0);
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
      expect(await stores().sessions.sweep()).toBe(1);
      const claimableAtOnce = [1, 0, 0][i];
      expect(await stores().sessions.countEligible(10)).toBe(claimableAtOnce);
    }
    const failed = { status: 'failed', outcome: 'infrastructure', error: { code: 'attempts_lost' } };
    expect(await stores().tasks.get(teamId, id)).toMatchObject(failed);
    expect((await allEvents(stores(), id)).at(-1)).toMatchObject({ type: 'task.finished', ...failed });
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
    expect(await stores().sessions.sweep()).toBe(1);
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
      const count = await stores().sessions.sweep();
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
      const isSwept = swept.status === 'fulfilled' && swept.value === 1;
      expect(finished.status).toBe(isSwept ? 'rejected' : 'fulfilled');
      if (isSwept) expect(beat.status).toBe('rejected');
      const task = await stores().tasks.cancel(teamId, id);
      expect(task?.attempts).toMatchObject([{ outcome: isSwept ? 'lost' : 'changed' }]);
    }
  });
};
