import { AppError, AttemptAborted, type SessionId } from '@drydock/domain';
import type { AttemptKey, Fence } from '../ports/attempt-key.ts';
import type { AttemptStore, Claim } from '../ports/attempt-store.ts';
import type { SessionInfo, SessionStore } from '../ports/session-store.ts';
import type { Log } from '../ports/telemetry.ts';
import { HEARTBEAT_MS, judgeLease } from './lease-clock.ts';

interface Running {
  readonly fence: Fence;
  readonly stop: AbortController;
  readonly since: number;
}

const nameOf = (key: AttemptKey): string => `${key.taskId}/${String(key.attempt)}`;

/**
 * One worker process's standing in the fleet: holds the lease for all its attempts by one heartbeat, passes cancels on,
 * and stops the work when it can no longer be sure to own it. After that it begins anew under another id.
 */
export class WorkerSession {
  readonly #store: SessionStore;
  readonly #describe: () => SessionInfo;
  readonly #log: Log;
  readonly #running = new Map<string, Running>();
  #info: SessionInfo;
  #lost = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #lastTick = 0;
  #lastRenewal = 0;
  #draining = false;
  #closed = false;

  /** @param describe - Gives a fresh boot nonce and id at each call. */
  constructor(store: SessionStore, describe: () => SessionInfo, log: Log) {
    this.#store = store;
    this.#describe = describe;
    this.#log = log;
    this.#info = describe();
  }

  get id(): SessionId {
    return this.#info.id;
  }

  /** Fires when this session has lost its lease; a new one takes its place after each renewal of the session. */
  get lostSignal(): AbortSignal {
    return this.#lost.signal;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Milliseconds since the lease was last renewed. */
  get renewedAgoMs(): number {
    return performance.now() - this.#lastRenewal;
  }

  async open(): Promise<void> {
    await this.#store.open(this.#info);
    this.#lastTick = this.#lastRenewal = performance.now();
    this.#schedule();
  }

  /** A claim for this session; none while draining. */
  async claim(attempts: AttemptStore): Promise<Claim | null> {
    return this.#draining || this.#closed ? null : attempts.claimNext(this.#info.id);
  }

  adopt(fence: Fence): AbortController {
    const stop = new AbortController();
    this.#running.set(nameOf(fence), { fence, stop, since: performance.now() });
    if (fence.sessionId !== this.#info.id)
      stop.abort(new AttemptAborted('lease_lost', 'the session was lost right after the claim'));
    return stop;
  }

  release(fence: Fence): void {
    this.#running.delete(nameOf(fence));
  }

  owns(key: AttemptKey): boolean {
    return this.#running.has(nameOf(key));
  }

  /** No claims from now on. */
  stopClaiming(): void {
    this.#draining = true;
  }

  /** Stops everything that runs; the attempts end as `handed_back`. */
  handBack(): void {
    for (const { stop } of this.#running.values()) stop.abort(new AttemptAborted('drain'));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#store.close(this.#info.id);
  }

  /** An extra heartbeat, at once: somebody has a reason to doubt the lease. */
  async beat(): Promise<void> {
    const now = performance.now();
    const verdict = judgeLease(now, this.#lastTick, this.#lastRenewal);
    this.#lastTick = now;
    if (verdict === 'slept') {
      await this.#renew('this worker slept past its lease');
      return;
    }
    if (verdict === 'cut_off') this.#abandon('the lease could not be renewed for two minutes');
    try {
      const { cancel, owned } = await this.#store.heartbeat(this.#info.id, { draining: this.#draining });
      this.#lastRenewal = performance.now();
      this.#apply(new Set<string>(cancel), new Set(owned.map(nameOf)), now);
    } catch (error) {
      if (error instanceof AppError && error.code === 'lease_lost') await this.#renew('the lease had ended');
      else this.#log.warn({ error }, 'the heartbeat failed');
    }
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.beat().finally(() => {
        this.#schedule();
      });
    }, HEARTBEAT_MS);
  }

  #apply(cancel: ReadonlySet<string>, owned: ReadonlySet<string>, askedAt: number): void {
    for (const [name, { fence, stop, since }] of this.#running) {
      if (cancel.has(fence.taskId)) stop.abort(new AttemptAborted('cancel'));
      // An attempt adopted after the question was asked cannot be in the answer.
      else if (!owned.has(name) && since < askedAt)
        stop.abort(new AttemptAborted('lease_lost', 'the attempt was taken back'));
    }
  }

  #abandon(why: string): void {
    if (this.#running.size > 0)
      this.#log.warn({ why, attempts: this.#running.size }, 'giving up all attempts');
    for (const { stop } of this.#running.values()) stop.abort(new AttemptAborted('lease_lost', why));
    this.#lost.abort(new AttemptAborted('lease_lost', why));
    this.#lost = new AbortController();
  }

  /** Gives up what runs and opens a session under a new id: the old one may never write again. */
  async #renew(why: string): Promise<void> {
    this.#abandon(why);
    this.#info = this.#describe();
    try {
      await this.#store.open(this.#info);
      this.#lastRenewal = performance.now();
    } catch (error) {
      this.#log.warn({ error }, 'a new session could not be opened');
    }
  }
}
