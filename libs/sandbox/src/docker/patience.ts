import { setTimeout as delay } from 'node:timers/promises';
import { isUnreachable } from './engine-fault.ts';

/** How long calls are repeated while the engine is away: a restart of it takes seconds, at times a second try. */
const PATIENCE_MS = 60_000;
const AGAIN_AFTER_MS = 250;

/** Repeats calls that the engine did not answer. Only for what may be asked twice: never for a start. */
export class Patience {
  readonly forMs: number;

  constructor(forMs: number = PATIENCE_MS) {
    this.forMs = forMs;
  }

  /** @throws the last fault, or at once what the engine did answer; the signal's reason. */
  async with<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const deadline = performance.now() + this.forMs;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        signal?.throwIfAborted();
        if (!isUnreachable(error) || performance.now() > deadline) throw error;
      }
      await delay(AGAIN_AFTER_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
    }
  }
}
