import { AppError } from '@drydock/domain';

const MOST_NAMES = 1000;

/** Who was told to wait: until then no request is made in that name, and others go on. */
export class RateCircuit {
  /** By the monotonic clock: the other one may be set right while somebody waits. */
  readonly #untilMs = new Map<string, number>();

  /** Throws `forge_rate_limited` with what is left of the wait. */
  check(name: string): void {
    const left = (this.#untilMs.get(name) ?? 0) - performance.now();
    if (left <= 0) {
      this.#untilMs.delete(name);
      return;
    }
    throw new AppError('forge_rate_limited', 'GitHub asked for patience, and the time is not over.', {
      retryAfterSeconds: Math.ceil(left / 1000),
    });
  }

  /** Takes note of an error that says when to come back. */
  note(name: string, error: AppError): void {
    if (error.code !== 'forge_rate_limited' || error.retryAfterSeconds === null) return;
    const untilMs = performance.now() + error.retryAfterSeconds * 1000;
    this.#untilMs.set(name, Math.max(untilMs, this.#untilMs.get(name) ?? 0));
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > MOST_NAMES && oldest !== undefined) this.#untilMs.delete(oldest);
  }
}
