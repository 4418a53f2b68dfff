import type { NewEvent } from '@drydock/contracts';
import { AppError, type Limits, type Phase, type SessionId, type Usage } from '@drydock/domain';
import pRetry from 'p-retry';
import type { Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, AttemptStore, Claim, MeteredCall } from '../ports/attempt-store.ts';
import type { BasePin } from '../ports/task-record.ts';

/**
 * Repeats the writes of attempts while PostgreSQL is away: nobody can claim meanwhile, so running work goes on. A write
 * ends with the signal (the session gives its work up after 120 s) or with any other error, `lease_lost` above all. A
 * claim is not repeated: the next wake-up is another try.
 */
export class PatientAttemptStore implements AttemptStore {
  readonly #store: AttemptStore;
  readonly #lostSignal: () => AbortSignal;

  /** @param lostSignal - that of the session as it is now; asked for at each write. */
  constructor(store: AttemptStore, lostSignal: () => AbortSignal) {
    this.#store = store;
    this.#lostSignal = lostSignal;
  }

  claimNext(session: SessionId): Promise<Claim | null> {
    return this.#store.claimNext(session);
  }

  appendEvents(fence: Fence, events: readonly NewEvent[]): Promise<void> {
    return this.#patiently(() => this.#store.appendEvents(fence, events));
  }

  enterPhase(fence: Fence, phase: Phase): Promise<void> {
    return this.#patiently(() => this.#store.enterPhase(fence, phase));
  }

  pinBase(fence: Fence, base: BasePin): Promise<void> {
    return this.#patiently(() => this.#store.pinBase(fence, base));
  }

  settle(
    fence: Fence,
    settled: { limits: Limits; image: { name: string; digest: string | null } },
  ): Promise<void> {
    return this.#patiently(() => this.#store.settle(fence, settled));
  }

  recordCall(fence: Fence, call: MeteredCall): Promise<Usage> {
    return this.#patiently(() => this.#store.recordCall(fence, call));
  }

  finish(fence: Fence, end: AttemptEnd): Promise<'finished' | 'requeued'> {
    return this.#patiently(() => this.#store.finish(fence, end));
  }

  #patiently<T>(write: () => Promise<T>): Promise<T> {
    return pRetry(write, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 100,
      maxTimeout: 2000,
      signal: this.#lostSignal(),
      shouldRetry: ({ error }) => error instanceof AppError && error.code === 'service_unavailable',
    });
  }
}
