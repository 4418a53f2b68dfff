import { isLoss, type AttemptAborted } from '@drydock/domain';

/** Work that a worker carries as long as its lease lasts. */
export class HeldLease {
  readonly #stopped = new AbortController();
  readonly #lost = new AbortController();
  readonly #judgeLease: () => void;

  constructor(judgeLease: () => void) {
    this.#judgeLease = judgeLease;
  }

  /** Fires when the work is to stop, for whatever reason: the first one counts. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Fires when the work may be somebody else's, also after a stop for another reason. Nothing may be written then. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  stop(reason: AttemptAborted): void {
    if (isLoss(reason.kind)) this.#lost.abort(reason);
    this.#stopped.abort(reason);
  }

  /**
   * To be called before every statement and outward effect: whoever wakes up first after a sleep must find out here, not
   * from the database. @throws AttemptAborted once the work is lost.
   */
  check(): void {
    this.#judgeLease();
    this.#lost.signal.throwIfAborted();
  }
}
