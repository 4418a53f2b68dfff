import { beforeEach, describe, expect, it } from '@jest/globals';
import { isFinal, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import type { Fence } from '@drydock/engine';
import { aBatch, allEvents, anEnd, openSession, submitted } from '@drydock/engine/testing';
import fc from 'fast-check';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

const RACES = 1_000;
const PARALLEL = 10;
/** Some seconds on a quiet machine, a minute on one with ten times its load. */
const SLOW_MACHINE_MS = 180_000;

const action = fc.constantFrom(
  'claim',
  'append',
  'append twice',
  'finish',
  'hand back',
  'cancel',
  'lose',
  'sweep',
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** One task, workers that believe they own it, and everything that may happen to it at once. */
class OneTask {
  readonly #fences: Fence[] = [];
  /** Batches that each attempt has told with success. */
  readonly #told = new Map<Fence, number>();
  readonly #sessions: SessionId[] = [];

  constructor(
    readonly stores: PgStores,
    readonly teamId: TeamId,
    readonly id: TaskId,
  ) {}

  async claim(): Promise<void> {
    const session = await openSession(this.stores, `worker-${String(this.#sessions.length)}`);
    this.#sessions.push(session);
    // A `lose` at the same time may end the new session's lease before its claim.
    const claim = await this.stores.attempts.claimNext(session).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'lease_lost' });
      return null;
    });
    if (claim !== null) this.#fences.push(claim.fence);
  }

  async lose(): Promise<void> {
    for (const session of this.#sessions) await this.stores.endLease(session);
    await this.stores.makeDue();
  }

  /** Every worker that ever owned the task tries; at most the current one may succeed, unless it says what it said before. */
  async asEveryWorker(work: (fence: Fence) => Promise<unknown>, atMost = 1): Promise<void> {
    const results = await Promise.allSettled(this.#fences.map(work));
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'lease_lost' });
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(atMost);
  }

  /** The next batch; told at the same time by several, it is one batch that is told again. */
  async tell(fence: Fence): Promise<void> {
    const number = (this.#told.get(fence) ?? 0) + 1;
    await this.stores.attempts.appendEvents(
      fence,
      aBatch(number, [`${String(fence.attempt)}.${String(number)}`]),
    );
    this.#told.set(fence, number);
  }

  /** Every message that was told with success, by attempt. */
  get told(): string[] {
    return this.#fences.flatMap((fence) =>
      Array.from(
        { length: this.#told.get(fence) ?? 0 },
        (_, i) => `${String(fence.attempt)}.${String(i + 1)}`,
      ),
    );
  }

  act(what: Action): Promise<unknown> {
    const { attempts, tasks, sessions } = this.stores;
    switch (what) {
      case 'claim':
        return this.claim();
      case 'append':
        return this.asEveryWorker((fence) => this.tell(fence));
      case 'append twice':
        return this.asEveryWorker((fence) => Promise.all([this.tell(fence), this.tell(fence)]));
      case 'finish':
        return this.asEveryWorker((fence) => attempts.finish(fence, anEnd('changed')));
      case 'hand back':
        return this.asEveryWorker((fence) => attempts.finish(fence, anEnd('handed_back')), Infinity);
      case 'cancel':
        return tasks.cancel(this.teamId, this.id);
      case 'lose':
        return this.lose();
      case 'sweep':
        return sessions.sweep();
    }
  }
}

describe('races', () => {
  const make = usePgStores();
  let stores: PgStores;
  beforeEach(async () => {
    stores = await make();
  });

  it(
    'keeps every history gap-free and every end final, whatever happens at once',
    async () => {
      const teamId = await stores.addTeam();
      const steps = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(steps, async (rounds) => {
          const { id } = await submitted(stores, teamId);
          const task = new OneTask(stores, teamId, id);
          for (const round of rounds) await Promise.all(round.map((what) => task.act(what)));
          const events = await allEvents(stores, id);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
          // A batch whose writer heard `lease_lost` afterwards may be there; one that was confirmed must be, once.
          const messages = events.flatMap(({ message }) => message ?? []);
          expect(new Set(messages).size).toBe(messages.length);
          expect(messages).toEqual(expect.arrayContaining(task.told));
          const record = await stores.tasks.get(teamId, id);
          const closings = events.filter(({ type }) => type === 'task.released' || type === 'task.finished');
          const closed = closings.flatMap(({ attempt }) => attempt ?? []);
          expect(new Set(closed).size).toBe(closed.length);
          const ends = events.filter(({ type }) => type === 'task.finished');
          expect(ends).toHaveLength(record !== null && isFinal(record.status) ? 1 : 0);
          expect(events.filter(({ type }) => type === 'task.claimed')).toHaveLength(
            record?.attempts.length ?? -1,
          );
          // Nothing may be left for the next run's claims.
          await stores.tasks.cancel(teamId, id);
        }),
        { numRuns: 40 },
      );
    },
    SLOW_MACHINE_MS,
  );

  it(
    `has one winner in each of ${String(RACES)} races of a cancel and a claim`,
    async () => {
      const teamId = await stores.addTeam();
      const session = await openSession(stores);
      let claims = 0;
      for (let i = 0; i < RACES / PARALLEL; i++) {
        const ids = await Promise.all(
          Array.from({ length: PARALLEL }, async () => (await submitted(stores, teamId)).id),
        );
        const claiming = ids.map(() => stores.attempts.claimNext(session));
        const cancels = await Promise.all(ids.map((id) => stores.tasks.cancel(teamId, id)));
        const claimed = new Set((await Promise.all(claiming)).map((claim) => claim?.task.id));
        for (const cancel of cancels)
          expect(cancel?.task.status).toBe(claimed.has(cancel?.task.id) ? 'running' : 'cancelled');
        claimed.delete(undefined);
        claims += claimed.size;
        await stores.sessions.heartbeat(session, { draining: false });
      }
      // Both sides must have won some, or nothing was raced.
      expect(claims).toBeGreaterThan(0);
      expect(claims).toBeLessThan(RACES);
    },
    SLOW_MACHINE_MS,
  );
});
