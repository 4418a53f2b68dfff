import { expect, it } from '@jest/globals';
import type { SessionId, TeamId } from '@drydock/domain';
import type { Claim } from '../ports/attempt-store.ts';
import {
  allEvents,
  anEnd,
  claimed,
  openSession,
  submitted,
  type StoresUnderTest,
} from './stores-under-test.ts';

/** Claims until there is nothing left, `parallel` at a time. */
const claimAll = async (stores: StoresUnderTest, parallel: number): Promise<Claim[]> => {
  const session = await openSession(stores);
  const claims: Claim[] = [];
  const claimer = async () => {
    for (let claim; (claim = await stores.attempts.claimNext(session)) !== null;) claims.push(claim);
  };
  await Promise.all(Array.from({ length: parallel }, claimer));
  return claims;
};

const submitMany = async (stores: StoresUnderTest, teamId: TeamId, count: number) => {
  for (let i = 0; i < count; i++) await submitted(stores, teamId);
};

const openingContract = (stores: () => StoresUnderTest): void => {
  it('opens the first attempt and says so', async () => {
    const teamId = await stores().addTeam();
    const { id } = await submitted(stores(), teamId, {}, { sourceToken: 'ghp_secret' });
    const session = await openSession(stores(), 'worker-a');
    const claim = await claimed(stores(), session);
    expect(claim.fence).toEqual({ taskId: id, attempt: 1, sessionId: session });
    expect(claim.sourceToken).toBe('ghp_secret');
    expect(claim.task).toEqual(await stores().tasks.get(teamId, id));
    expect(claim.task).toMatchObject({
      status: 'running',
      phase: null,
      attempts: [{ number: 1, workerId: 'worker-a', finishedAt: null, outcome: null }],
    });
    expect((await allEvents(stores(), id)).at(-1)).toMatchObject({
      ...{ seq: 2, type: 'task.claimed', attempt: 1, workerId: 'worker-a' },
    });
  });

  it('counts attempts up and keeps the first start', async () => {
    const teamId = await stores().addTeam();
    await submitted(stores(), teamId);
    const session = await openSession(stores());
    const first = await claimed(stores(), session);
    await stores().attempts.finish(first.fence, anEnd('handed_back'));
    const second = await claimed(stores(), session);
    expect(second.fence.attempt).toBe(2);
    expect(second.task.startedAt).toEqual(first.task.startedAt);
    expect(second.task.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'handed_back'],
      [2, null],
    ]);
  });

  it('is refused to a session that does not exist, has closed, or whose lease has ended', async () => {
    const teamId = await stores().addTeam();
    await submitted(stores(), teamId);
    const [closed, late] = [await openSession(stores()), await openSession(stores())];
    await stores().sessions.close(closed);
    await stores().endLease(late);
    for (const session of [closed, late, 'nobody:1' as SessionId])
      await expect(stores().attempts.claimNext(session)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await stores().attempts.claimNext(await openSession(stores()))).not.toBeNull();
  });
};

const orderContract = (stores: () => StoresUnderTest): void => {
  it('takes priority before age', async () => {
    const teamId = await stores().addTeam();
    const [old, urgent, young] = [
      await submitted(stores(), teamId, { priority: 5 }),
      await submitted(stores(), teamId, { priority: 9 }),
      await submitted(stores(), teamId, { priority: 5 }),
    ];
    const ids = (await claimAll(stores(), 1)).map(({ task }) => task.id);
    expect(ids).toEqual([urgent.id, old.id, young.id]);
  });

  it('leaves a task alone until its time has come', async () => {
    const teamId = await stores().addTeam();
    const soon = new Date(Date.now() + 3_600_000);
    await submitted(stores(), teamId, { priority: 9 }, { notBefore: soon });
    const due = await submitted(stores(), teamId, {}, { notBefore: new Date(Date.now() - 60_000) });
    expect((await claimAll(stores(), 1)).map(({ task }) => task.id)).toEqual([due.id]);
  });

  it('gives the next slot to the team with the least running per weight', async () => {
    const [heavy, light] = [await stores().addTeam({ weight: 3 }), await stores().addTeam({ weight: 1 })];
    await submitMany(stores(), heavy, 12);
    await submitMany(stores(), light, 12);
    const session = await openSession(stores());
    const teams = [];
    for (let i = 0; i < 12; i++) teams.push((await claimed(stores(), session)).task.teamId);
    expect(teams.filter((team) => team === heavy)).toHaveLength(9);
  });

  it('breaks a tie of teams by their oldest task, not by its priority', async () => {
    const [first, second] = [await stores().addTeam(), await stores().addTeam()];
    await submitted(stores(), second, { priority: 1 });
    await submitted(stores(), first, { priority: 9 });
    expect((await claimAll(stores(), 1)).map(({ task }) => task.teamId)).toEqual([second, first]);
  });
};

const parallelContract = (stores: () => StoresUnderTest): void => {
  it('never passes a team limit, and frees a slot when an attempt ends', async () => {
    const capped = await stores().addTeam({ maxConcurrent: 3 });
    await submitMany(stores(), capped, 10);
    const claims = await claimAll(stores(), 8);
    expect(claims).toHaveLength(3);
    for (const { fence } of claims) await stores().attempts.finish(fence, anEnd('changed'));
    expect(await claimAll(stores(), 8)).toHaveLength(3);
  });

  it('hands out every task once, to as many claimers as there are tasks, none sent away', async () => {
    const [one, two] = [await stores().addTeam(), await stores().addTeam()];
    await submitMany(stores(), one, 15);
    await submitMany(stores(), two, 15);
    const session = await openSession(stores());
    const claims = await Promise.all(Array.from({ length: 30 }, () => stores().attempts.claimNext(session)));
    expect(new Set(claims.map((claim) => claim?.task.id)).size).toBe(30);
    expect(claims).not.toContain(null);
  });
};

/** Promises of `claimNext`. */
export const attemptClaimContract = (stores: () => StoresUnderTest): void => {
  openingContract(stores);
  orderContract(stores);
  parallelContract(stores);
};
