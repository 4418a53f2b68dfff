import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionId, TeamId } from '@drydock/domain';
import type { Claim } from '@drydock/engine';
import { aNewTask, anEnd, claimed, openSession, submitted } from '@drydock/engine/testing';
import fc from 'fast-check';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

/** Nobody renews its lease, and a busy machine takes longer than one for the longest of these specs. */
const openLongSession = async (stores: PgStores): Promise<SessionId> => {
  const session = await openSession(stores);
  await stores.database.rows({ text: `UPDATE "WorkerSession" SET "leaseUntil" = now() + interval '1 hour'` });
  return session;
};

/** What every team gets of the slots, and what it may not take. */
describe('fairness between teams', () => {
  const make = usePgStores();
  let stores: PgStores;
  let session: SessionId;
  beforeEach(async () => {
    stores = await make();
    session = await openLongSession(stores);
  });

  const submitMany = async (teamId: TeamId, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await submitted(stores, teamId);
  };

  const end = ({ fence }: Claim): Promise<unknown> => stores.attempts.finish(fence, anEnd('changed'));

  const runningFences = (): Promise<Claim['fence'][]> =>
    stores.database.rows({
      text: `SELECT "taskId", "number" AS "attempt", "sessionId" FROM "Attempt" WHERE "finishedAt" IS NULL
        ORDER BY "startedAt"`,
    });

  /** Teams in the order of their starts, when always the task that started first ends first. */
  const startsOver = async (slots: number, count: number): Promise<TeamId[]> => {
    const running: Claim[] = [];
    const starts: TeamId[] = [];
    while (starts.length < count) {
      const oldest = running.length === slots ? running.shift() : undefined;
      if (oldest) await end(oldest);
      const claim = await claimed(stores, session);
      running.push(claim);
      starts.push(claim.task.teamId);
    }
    return starts;
  };

  const countOf = (starts: readonly TeamId[], team: TeamId): number =>
    starts.filter((each) => each === team).length;

  it.each([1, 4, 40])(
    'starts tasks of weights 1 and 3 as 1 to 3, over 40 starts on %i slots',
    async (slots) => {
      const [light, heavy] = [await stores.addTeam({ weight: 1 }), await stores.addTeam({ weight: 3 })];
      await submitMany(light, 40);
      await submitMany(heavy, 40);
      const starts = await startsOver(slots, 40);
      expect([countOf(starts, light), countOf(starts, heavy)]).toEqual([10, 30]);
    },
  );

  it.each([1, 2, 3, 5])(
    'lets at most two slots go to an older, longer queue between two starts of another team (%i slots)',
    async (slots) => {
      const big = await stores.addTeam();
      await submitMany(big, 40);
      await startsOver(slots, slots);
      const small = await stores.addTeam();
      await submitMany(small, 10);
      const starts: TeamId[] = [];
      const running = await runningFences();
      while (countOf(starts, small) < 10) {
        const first = running.shift();
        if (first) await stores.attempts.finish(first, anEnd('changed'));
        const claim = await claimed(stores, session);
        running.push(claim.fence);
        starts.push(claim.task.teamId);
      }
      const gaps = starts.join(',').split(small).slice(0, -1);
      expect(Math.max(...gaps.map((gap) => gap.split(big).length - 1))).toBeLessThanOrEqual(2);
    },
  );

  it('serves every one of more teams than slots before any of them twice', async () => {
    const teams: TeamId[] = [];
    for (let i = 0; i < 7; i++) teams.push(await stores.addTeam());
    for (const team of teams) await submitMany(team, 4);
    const starts = await startsOver(2, 28);
    for (let round = 0; round < 4; round++)
      expect(new Set(starts.slice(round * 7, round * 7 + 7)).size).toBe(7);
  });

  it('gives a team that was away no credit for its absence', async () => {
    const [steady, away] = [await stores.addTeam(), await stores.addTeam()];
    await submitMany(steady, 30);
    await startsOver(1, 10);
    for (const fence of await runningFences()) await stores.attempts.finish(fence, anEnd('changed'));
    await submitMany(away, 20);
    const starts = await startsOver(1, 20);
    expect(countOf(starts, away)).toBe(10);
  });

  it('passes a team by that runs as many as it may, and tells the ringer of none of its tasks', async () => {
    const [capped, other] = [await stores.addTeam({ maxConcurrent: 1 }), await stores.addTeam()];
    await submitMany(capped, 5);
    await submitMany(other, 3);
    expect(await stores.sessions.countEligible(100)).toBe(4);
    const first = await claimed(stores, session);
    expect(first.task.teamId).toBe(capped);
    const rest = [await claimed(stores, session), await claimed(stores, session)];
    expect(rest.map(({ task }) => task.teamId)).toEqual([other, other]);
    expect(await stores.sessions.countEligible(100)).toBe(1);
    await claimed(stores, session);
    expect(await stores.sessions.countEligible(100)).toBe(0);
    expect(await stores.attempts.claimNext(session)).toBeNull();
    await end(first);
    expect(await stores.sessions.countEligible(100)).toBe(1);
  });

  it('never has more of a team running than allowed, however many claim and end at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        async (most, claimers) => {
          const teamId = await stores.addTeam({ maxConcurrent: most });
          await submitMany(teamId, 12);
          const claimer = async (): Promise<number> => {
            let count = 0;
            for (let claim; (claim = await stores.attempts.claimNext(session)) !== null; count++) {
              expect((await runningFences()).length).toBeLessThanOrEqual(most);
              await end(claim);
            }
            return count;
          };
          const counts = await Promise.all(Array.from({ length: claimers }, claimer));
          // A claimer that finds the team full goes home; the others go on.
          expect(counts.reduce((a, b) => a + b, 0)).toBe(most === 0 ? 0 : 12);
          for (const { id } of (await stores.tasks.list(teamId, { labels: [], limit: 20 })).items)
            await stores.tasks.cancel(teamId, id);
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('a full queue', () => {
  const make = usePgStores();
  let stores: PgStores;
  beforeEach(async () => {
    stores = await make();
  });

  const outcomes = (results: readonly PromiseSettledResult<unknown>[]): Record<string, number> =>
    Object.fromEntries(
      [
        ...Map.groupBy(results, (each) => (each.status === 'fulfilled' ? 'accepted' : codeOf(each.reason))),
      ].map(([name, all]) => [name, all.length]),
    );
  const codeOf = (reason: unknown): string => (reason as { code: string }).code;

  it('takes exactly ten of 50 parallel submits at a limit of ten, retries among them', async () => {
    const teamId = await stores.addTeam({ maxQueued: 10 });
    const former = aNewTask(teamId).id;
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        stores.tasks.submit(aNewTask(teamId, {}, i % 2 === 0 ? { retryOf: former } : {}), null),
      ),
    );
    expect(outcomes(results)).toEqual({ accepted: 10, queue_full: 40 });
    expect(await queued(teamId)).toBe(10);
  });

  const queued = async (teamId: TeamId): Promise<number> =>
    (await stores.tasks.list(teamId, { labels: [], limit: 100, status: 'queued' })).items.length;

  it('keeps the limit whatever is submitted, claimed and cancelled at once, and fills up again', async () => {
    const teamId = await stores.addTeam({ maxQueued: 5 });
    const session = await openLongSession(stores);
    const step = fc.constantFrom('submit', 'submit', 'claim', 'cancel');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        await Promise.allSettled(
          steps.map(async (what) => {
            if (what === 'submit') await submitted(stores, teamId);
            if (what === 'claim') await stores.attempts.claimNext(session);
            if (what !== 'cancel') return;
            const [task] = (await stores.tasks.list(teamId, { labels: [], limit: 1, status: 'queued' }))
              .items;
            if (task) await stores.tasks.cancel(teamId, task.id);
          }),
        );
        expect(await queued(teamId)).toBeLessThanOrEqual(5);
      }),
      { numRuns: 20 },
    );
    await Promise.allSettled(Array.from({ length: 6 }, () => submitted(stores, teamId)));
    expect(await queued(teamId)).toBe(5);
  });

  it('refuses no task that comes back from a worker', async () => {
    const teamId = await stores.addTeam({ maxQueued: 1 });
    await submitted(stores, teamId);
    const session = await openLongSession(stores);
    const { fence } = await claimed(stores, session);
    await submitted(stores, teamId);
    await stores.attempts.finish(fence, anEnd('handed_back'));
    expect(await queued(teamId)).toBe(2);
    await expect(submitted(stores, teamId)).rejects.toMatchObject({ code: 'queue_full' });
  });

  it('says how long a place will take by how fast the queue has drained', async () => {
    const teamId = await stores.addTeam({ maxQueued: 2 });
    const session = await openLongSession(stores);
    const refusal = async (): Promise<number> => {
      await submitted(stores, teamId).catch(() => undefined);
      const refused = await submitted(stores, teamId).then(
        () => null,
        (error: unknown) => (error as { retryAfterSeconds: number }).retryAfterSeconds,
      );
      return refused ?? Number.NaN;
    };
    await submitted(stores, teamId);
    expect([1, 2, 3]).toContain(await refusal());
    await stores.database.rows({ text: `UPDATE "Task" SET "createdAt" = now() - interval '20 seconds'` });
    expect([20, 21, 22, 23]).toContain(await refusal());
    for (let i = 0; i < 3; i++) {
      const { fence } = await claimed(stores, session);
      await stores.attempts.finish(fence, anEnd('changed'));
      await submitted(stores, teamId);
    }
    await stores.database.rows({
      text: `UPDATE "Task" SET "finishedAt" = now() - interval '24 seconds' WHERE "finishedAt" IS NOT NULL`,
    });
    // Three in 24 seconds.
    expect([8, 9, 10]).toContain(await refusal());
    await stores.database.rows({ text: `UPDATE "Team" SET "maxQueued" = 0` });
    expect([24, 25, 26, 27, 28, 29, 30]).toContain(await refusal());
  });
});
