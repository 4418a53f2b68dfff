import {
  AppError,
  AttemptAborted,
  type Limits,
  type Phase,
  type SessionId,
  type Usage,
} from '@drydock/domain';
import pRetry from 'p-retry';
import type { Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, AttemptStore, Claim, EventBatch, MeteredCall } from '../ports/attempt-store.ts';
import type { BasePin } from '../ports/task-record.ts';
import type { HeldAttempt } from '../session/held-attempt.ts';
import { isLeaseLost } from './event-writer.ts';

/**
 * The writes of one attempt. Repeats them while PostgreSQL is away: nobody can claim meanwhile, so running work goes on;
 * every write may be told twice. Before each try it asks whether the attempt may still be ours, and a database that says
 * `lease_lost` stops the attempt at once. A claim is not repeated: the next wake-up is another try.
 */
export class PatientAttemptStore implements AttemptStore {
  readonly #store: AttemptStore;
  readonly #held: HeldAttempt;

  constructor(store: AttemptStore, held: HeldAttempt) {
    this.#store = store;
    this.#held = held;
  }

  claimNext(session: SessionId): Promise<Claim | null> {
    return this.#store.claimNext(session);
  }

  appendEvents(fence: Fence, batch: EventBatch): Promise<void> {
    return this.#patiently(() => this.#store.appendEvents(fence, batch));
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

  /** @throws AttemptAborted before a try that must not be sent; AppError as the store throws it. */
  async #patiently<T>(write: () => Promise<T>): Promise<T> {
    const attempt = (): Promise<T> => {
      this.#held.check();
      return write();
    };
    try {
      return await pRetry(attempt, {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 100,
        maxTimeout: 2000,
        signal: this.#held.lost,
        shouldRetry: ({ error }) => error instanceof AppError && error.code === 'service_unavailable',
      });
    } catch (error) {
      if (isLeaseLost(error))
        this.#held.stop(new AttemptAborted('lease_lost', 'another attempt owns the task'));
      throw error;
    }
  }
}
