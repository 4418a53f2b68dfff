import type { Fence } from '../ports/attempt-key.ts';
import { HeldLease } from './held-lease.ts';

/** An attempt that this worker carries, as long as it may. */
export class HeldAttempt extends HeldLease {
  readonly fence: Fence;
  /** When it was adopted, by the monotonic clock. */
  readonly sinceMs: number;

  constructor(fence: Fence, sinceMs: number, judgeLease: () => void) {
    super(judgeLease);
    this.fence = fence;
    this.sinceMs = sinceMs;
  }
}
