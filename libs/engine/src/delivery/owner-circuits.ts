import { createHash } from 'node:crypto';
import type { AppError } from '@drydock/domain';

/** Failures in a row after which an owner is left alone; a limit that is reached says so at once. */
const PATIENCE = 3;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;
/** When the code host asks for patience and does not say how much. */
const UNKNOWN_LIMIT_MS = 60_000;
const MOST_CIRCUITS = 1_000;

interface Circuit {
  readonly failures: number;
  /** By the monotonic clock. */
  readonly pausedUntilMs: number;
  readonly reason: AppError;
}

/**
 * Whose deliveries share a pause: those to one owner by the installation's credential. Limits are counted per credential, so
 * that a task which brings its own has nobody else wait.
 */
export const circuitOf = (owner: string, ownToken: string | null): string =>
  ownToken === null ? owner : `${owner} ${createHash('sha256').update(ownToken).digest('hex')}`;

/**
 * Keeps the deliveries to an owner from asking a code host that is away or has asked for patience; those to others go on.
 * One per process: a fleet asks once per worker. Owners are as `circuitOf` says.
 */
export class OwnerCircuits {
  readonly #circuits = new Map<string, Circuit>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How long this owner is left alone yet, and why; null: not at all. */
  pauseOf(owner: string): { readonly delayMs: number; readonly reason: AppError } | null {
    const circuit = this.#circuits.get(owner.toLowerCase());
    const delayMs = (circuit?.pausedUntilMs ?? 0) - this.#nowMs();
    return circuit === undefined || delayMs <= 0 ? null : { delayMs, reason: circuit.reason };
  }

  answered(owner: string): void {
    this.#circuits.delete(owner.toLowerCase());
  }

  failed(owner: string, reason: AppError): void {
    const key = owner.toLowerCase();
    const failures = (this.#circuits.get(key)?.failures ?? 0) + 1;
    const pausedUntilMs = this.#nowMs() + this.#pauseMs(failures, reason);
    this.#circuits.delete(key);
    this.#circuits.set(key, { failures, pausedUntilMs, reason });
    const [oldest] = this.#circuits.keys();
    if (this.#circuits.size > MOST_CIRCUITS && oldest !== undefined) this.#circuits.delete(oldest);
  }

  #pauseMs(failures: number, { code, retryAfterSeconds }: AppError): number {
    if (retryAfterSeconds !== null) return retryAfterSeconds * 1_000;
    if (code === 'forge_rate_limited') return UNKNOWN_LIMIT_MS;
    return failures < PATIENCE
      ? 0
      : Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - PATIENCE, 10), LONGEST_PAUSE_MS);
  }
}
