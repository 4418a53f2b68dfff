import type { Limits, Phase, SessionId, Usage } from '@drydock/domain';
import type { Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, AttemptStore, Claim, EventBatch, MeteredCall } from '../ports/attempt-store.ts';
import type { BasePin } from '../ports/task-record.ts';
import type { HeldAttempt } from '../session/held-attempt.ts';
import { patiently } from '../session/patiently.ts';

/** The writes of one attempt, repeated while PostgreSQL is away. A claim is not repeated: the next wake-up is another try. */
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

  #patiently<T>(write: () => Promise<T>): Promise<T> {
    return patiently(this.#held, write);
  }
}
