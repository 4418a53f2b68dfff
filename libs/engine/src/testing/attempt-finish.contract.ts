import { expect, it } from '@jest/globals';
import type { AttemptEnd } from '../ports/attempt-store.ts';
import {
  allEvents,
  anEnd,
  aRunningTask,
  claimed,
  openSession,
  submitted,
  type StoresUnderTest,
} from './stores-under-test.ts';

const FAILURE = { code: 'harness_failed', message: 'The agent exited with 1.' } as const;
const RESULT: Partial<AttemptEnd> = {
  resultTree: 'tree',
  diffstat: { files: 1, insertions: 3, deletions: 1 },
  verify: [{ command: 'npm test', exitCode: 0, seconds: 2.1 }],
  agentSeconds: 12.5,
};

const endingContract = (stores: () => StoresUnderTest): void => {
  it('writes the result with the end', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    expect(await stores().attempts.finish(fence, anEnd('changed', RESULT))).toBe('finished');
    const task = await stores().tasks.get(teamId, id);
    expect(task).toMatchObject({
      ...{ status: 'succeeded', outcome: 'changed', error: null, phase: null, resultTree: 'tree' },
      ...{ diffstat: RESULT.diffstat, verify: RESULT.verify, usage: { agentSeconds: 12.5 } },
      attempts: [{ number: 1, outcome: 'changed' }],
    });
    expect(task?.finishedAt).toBeInstanceOf(Date);
    expect(task?.attempts[0]?.finishedAt).toBeInstanceOf(Date);
    expect((await allEvents(stores(), id)).at(-1)).toMatchObject({
      ...{ seq: 3, attempt: 1, type: 'task.finished', status: 'succeeded', outcome: 'changed', error: null },
    });
  });

  it('shows artifacts from the end of their attempt on, those of a failed one too', async () => {
    const { teamId, id, fence, session } = await aRunningTask(stores(), { maxAttempts: 2 });
    const artifact = (attempt: number) => ({
      ...{ name: 'agent.log', attempt, bytes: 5_000_000_000, sha256: 'ab', contentType: 'text/plain' },
    });
    expect(await stores().tasks.artifacts(teamId, id)).toEqual([]);
    await stores().attempts.finish(fence, anEnd('agent_failed', { artifacts: [artifact(1)] }));
    expect(await stores().tasks.artifacts(teamId, id)).toEqual([artifact(1)]);
    const { fence: second } = await claimed(stores(), session);
    await stores().attempts.finish(second, anEnd('changed', { artifacts: [artifact(2)] }));
    expect(await stores().tasks.artifacts(teamId, id)).toEqual([artifact(1), artifact(2)]);
  });

  it('forgets the token with the end of the task, and keeps it over a requeue', async () => {
    const teamId = await stores().addTeam();
    await submitted(stores(), teamId, {}, { sourceToken: 'ghp_secret' });
    const session = await openSession(stores());
    const first = await claimed(stores(), session);
    await stores().attempts.finish(first.fence, anEnd('handed_back'));
    expect((await claimed(stores(), session)).sourceToken).toBe('ghp_secret');
  });
};

const requeueContract = (stores: () => StoresUnderTest): void => {
  it('tries the task again within maxAttempts: the first time at once, then later', async () => {
    const { teamId, id, fence, session } = await aRunningTask(stores(), { maxAttempts: 3 });
    const end = anEnd('agent_failed', { error: FAILURE, ...RESULT });
    expect(await stores().attempts.finish(fence, end)).toBe('requeued');
    expect(await stores().tasks.get(teamId, id)).toMatchObject({
      ...{ status: 'queued', outcome: null, error: null, resultTree: null, notBefore: null },
      attempts: [{ outcome: 'agent_failed' }],
    });
    expect((await allEvents(stores(), id)).at(-1)).toMatchObject({
      ...{ type: 'task.released', attempt: 1, outcome: 'agent_failed' },
    });
    const second = await claimed(stores(), session);
    expect(await stores().attempts.finish(second.fence, end)).toBe('requeued');
    const delayMs = Number((await stores().tasks.get(teamId, id))?.notBefore) - Date.now();
    expect(delayMs).toBeGreaterThan(3_000);
    expect(delayMs).toBeLessThan(6_000);
    expect(await stores().attempts.claimNext(session)).toBeNull();
  });

  it('ends after maxAttempts with the last error; faults of ours and hand-backs do not count', async () => {
    const { teamId, id, fence, session } = await aRunningTask(stores(), { maxAttempts: 1 });
    await stores().attempts.finish(fence, anEnd('handed_back'));
    await stores().attempts.finish((await claimed(stores(), session)).fence, anEnd('infrastructure'));
    const last = await claimed(stores(), session);
    const end = anEnd('agent_failed', { error: FAILURE });
    expect(await stores().attempts.finish(last.fence, end)).toBe('finished');
    expect(await stores().tasks.get(teamId, id)).toMatchObject({
      ...{ status: 'failed', outcome: 'agent_failed', error: FAILURE },
    });
  });

  it('cancels instead of trying again when a cancel was requested', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    await stores().tasks.cancel(teamId, id);
    expect(await stores().attempts.finish(fence, anEnd('handed_back'))).toBe('finished');
    expect(await stores().tasks.get(teamId, id)).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
  });

  it('keeps a success that came before the cancel was heard', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    await stores().tasks.cancel(teamId, id);
    await stores().attempts.finish(fence, anEnd('no_changes'));
    expect(await stores().tasks.get(teamId, id)).toMatchObject({
      status: 'succeeded',
      outcome: 'no_changes',
    });
  });

  it('leaves no task queued that a cancel races with its hand-back', async () => {
    for (let i = 0; i < 20; i++) {
      const { teamId, id, fence } = await aRunningTask(stores());
      await Promise.all([
        stores().attempts.finish(fence, anEnd('handed_back')),
        stores().tasks.cancel(teamId, id),
      ]);
      expect((await stores().tasks.get(teamId, id))?.status).toBe('cancelled');
      const seqs = (await allEvents(stores(), id)).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
  });
};

/** Ends whose answer got lost, so that they are told again. */
const toldAgainContract = (stores: () => StoresUnderTest): void => {
  it('gives the answer of the first time, and changes nothing', async () => {
    const { teamId, id, fence } = await aRunningTask(stores());
    const end = anEnd('changed', RESULT);
    expect(await stores().attempts.finish(fence, end)).toBe('finished');
    const before = [await stores().tasks.get(teamId, id), await allEvents(stores(), id)];
    expect(await stores().attempts.finish(fence, end)).toBe('finished');
    expect([await stores().tasks.get(teamId, id), await allEvents(stores(), id)]).toEqual(before);
  });

  it('says requeued although the task has been claimed anew, has ended, or was cancelled since', async () => {
    const { teamId, id, fence, session } = await aRunningTask(stores());
    const end = anEnd('handed_back');
    expect(await stores().attempts.finish(fence, end)).toBe('requeued');
    expect(await stores().attempts.finish(fence, end)).toBe('requeued');
    const { fence: next } = await claimed(stores(), session);
    expect(await stores().attempts.finish(fence, end)).toBe('requeued');
    expect(await stores().attempts.finish(next, end)).toBe('requeued');
    await stores().tasks.cancel(teamId, id);
    expect(await stores().attempts.finish(fence, end)).toBe('requeued');
    expect(await stores().attempts.finish(next, end)).toBe('requeued');
  });

  it('has one effect, however many tell it at once', async () => {
    for (let i = 0; i < 10; i++) {
      const { id, fence } = await aRunningTask(stores());
      const tellings = Array.from({ length: 4 }, () => stores().attempts.finish(fence, anEnd('no_changes')));
      expect(await Promise.all(tellings)).toEqual(tellings.map(() => 'finished'));
      expect((await allEvents(stores(), id)).map(({ type }) => type)).toEqual([
        ...['task.queued', 'task.claimed', 'task.finished'],
      ]);
    }
  });

  it('is lease_lost to a zombie whose attempt was swept, whatever it tells, and to another session', async () => {
    const { fence, session } = await aRunningTask(stores());
    await stores().endLease(session);
    await stores().sessions.sweep();
    for (const outcome of ['changed', 'handed_back', 'infrastructure'] as const)
      await expect(stores().attempts.finish(fence, anEnd(outcome))).rejects.toMatchObject({
        code: 'lease_lost',
      });
    const other = await aRunningTask(stores());
    await stores().attempts.finish(other.fence, anEnd('changed'));
    await expect(
      stores().attempts.finish({ ...other.fence, sessionId: session }, anEnd('changed')),
    ).rejects.toMatchObject({ code: 'lease_lost' });
  });
};

/** Promises of `finish`. */
export const attemptFinishContract = (stores: () => StoresUnderTest): void => {
  endingContract(stores);
  requeueContract(stores);
  toldAgainContract(stores);
};
