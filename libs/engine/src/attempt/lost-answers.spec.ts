import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  abortKindOf,
  AppError,
  AttemptAborted,
  Redactor,
  type SessionId,
  type TaskId,
} from '@drydock/domain';
import fc from 'fast-check';
import type { Claim } from '../ports/attempt-store.ts';
import { HeldAttempt } from '../session/held-attempt.ts';
import { FakeAttemptStore } from '../testing/fake-attempt-store.ts';
import { EventWriter } from './event-writer.ts';
import { PatientAttemptStore } from './patient-attempt-store.ts';

const FENCE = { taskId: 'task_1' as TaskId, attempt: 1, sessionId: 'w:1' as SessionId };
const AWAY = new AppError('service_unavailable', 'The database does not answer.');
const unclaimed = (): Claim => {
  throw new Error('nobody claims here');
};

/** A store whose answers come, or get lost before or after the write. */
const storeWith = (faults: readonly ('none' | 'before' | 'after')[]) => {
  const store = new FakeAttemptStore(unclaimed);
  const left = [...faults];
  const write = store.appendEvents.bind(store);
  store.appendEvents = async (fence, batch) => {
    const fault = left.shift() ?? 'none';
    if (fault === 'before') throw AWAY;
    await write(fence, batch);
    if (fault === 'after') throw AWAY;
  };
  return store;
};

const writerOn = (store: FakeAttemptStore, held: HeldAttempt) => {
  const patient = new PatientAttemptStore(store, held);
  return new EventWriter({
    append: (batch) => patient.appendEvents(FENCE, batch),
    redactor: new Redactor([]),
    now: () => new Date(0),
    onError: () => undefined,
  });
};

const messagesOf = (store: FakeAttemptStore) =>
  store.events.map(({ payload }) => ('text' in payload ? payload.text : ''));

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a writer whose answers get lost', () => {
  it('leaves the history that was said, in order, nothing missing and nothing twice', async () => {
    const faults = fc.array(fc.constantFrom('none' as const, 'before' as const, 'after' as const), {
      maxLength: 20,
    });
    const pauses = fc.array(fc.nat(120), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(faults, pauses, async (answers, waits) => {
        const store = storeWith(answers);
        const writer = writerOn(store, new HeldAttempt(FENCE, 0, () => undefined));
        for (const [index, wait] of waits.entries()) {
          writer.add('agent.message', { text: String(index) });
          await jest.advanceTimersByTimeAsync(wait);
        }
        const drained = writer.drain();
        await jest.advanceTimersByTimeAsync(60_000);
        await drained;
        expect(messagesOf(store)).toEqual(waits.map((_, index) => String(index)));
      }),
      { numRuns: 50 },
    );
  });

  it('sends nothing at the try that wakes up from a sleep, and says why', async () => {
    let slept = false;
    const held: HeldAttempt = new HeldAttempt(FENCE, 0, () => {
      if (slept) held.stop(new AttemptAborted('slept'));
    });
    const store = storeWith(['before']);
    const writer = writerOn(store, held);
    writer.add('agent.message', { text: 'a' });
    await jest.advanceTimersByTimeAsync(1);
    slept = true;
    const drained = expect(writer.drain()).rejects.toMatchObject({ kind: 'slept' });
    await jest.advanceTimersByTimeAsync(10_000);
    await drained;
    expect([messagesOf(store), abortKindOf(held.signal)]).toEqual([[], 'slept']);
  });

  it('stops the attempt as soon as any write hears that it is lost', async () => {
    const store = new FakeAttemptStore(unclaimed);
    const held = new HeldAttempt(FENCE, 0, () => undefined);
    store.takeBack();
    await expect(new PatientAttemptStore(store, held).enterPhase(FENCE, 'agent')).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(abortKindOf(held.signal)).toBe('lease_lost');
  });
});
