import { AppError, AttemptAborted, type SessionId } from '@drydock/domain';
import type { AttemptKey, Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, AttemptStore, Claim } from '../ports/attempt-store.ts';
import type { SessionInfo, SessionStore } from '../ports/session-store.ts';
import type { Log } from '../ports/telemetry.ts';
import { HEARTBEAT_MS, judgeLease } from './lease-clock.ts';

interface Running {
  readonly fence: Fence;
  readonly stop: AbortController;
  readonly since: number;
}

/** Longer than any claim may take. */
const STRAY_MS = 15_000;

/** A fault of ours and counted as one: an attempt that strays each time must not go round for ever. */
const STRAYED: AttemptEnd = {
  outcome: 'infrastructure',
  error: { code: 'internal', message: 'A worker held this attempt and did not run it. Retry the task.' },
  resultTree: null,
  diffstat: null,
  verify: [],
  artifacts: [],
  agentSeconds: 0,
};

const nameOf = (key: AttemptKey): string => `${key.taskId}/${String(key.attempt)}`;

/**
 * One worker process's standing in the fleet: holds the lease for all its attempts by one heartbeat, passes cancels on,
 * and stops the work when it can no longer be sure to own it. After that it begins anew under another id.
 */
export class WorkerSession {
  readonly #store: SessionStore;
  readonly #attempts: Pick<AttemptStore, 'claimNext' | 'finish'>;
  readonly #describe: () => SessionInfo;
  readonly #log: Log;
  readonly #running = new Map<string, Running>();
  #info: SessionInfo;
  #strays = new Map<string, number>();
  #lost = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #lastTick = 0;
  #lastRenewal = 0;
  #draining = false;
  #handedBack = false;
  #closed = false;

  constructor(parts: {
    store: SessionStore;
    attempts: Pick<AttemptStore, 'claimNext' | 'finish'>;
    /** Gives a fresh boot nonce and id at each call. */
    describe: () => SessionInfo;
    log: Log;
  }) {
    this.#store = parts.store;
    this.#attempts = parts.attempts;
    this.#describe = parts.describe;
    this.#log = parts.log;
    this.#info = parts.describe();
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
  async claim(): Promise<Claim | null> {
    return this.#draining || this.#closed ? null : this.#attempts.claimNext(this.#info.id);
  }

  adopt(fence: Fence): AbortController {
    const stop = new AbortController();
    this.#running.set(nameOf(fence), { fence, stop, since: performance.now() });
    if (fence.sessionId !== this.#info.id)
      stop.abort(new AttemptAborted('lease_lost', 'the session was lost right after the claim'));
    // Its claim was under way while the others were told.
    else if (this.#handedBack) stop.abort(new AttemptAborted('drain'));
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
    this.#handedBack = true;
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
      await this.#endStrays(owned, now);
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

  /**
   * Attempts that the database counts as ours and nobody here runs: a claim was committed, and its answer got lost. A
   * claim under way looks the same for a moment, so they are ended only when they stay unknown.
   */
  async #endStrays(owned: readonly Fence[], now: number): Promise<void> {
    const unknown = owned.filter((fence) => !this.owns(fence));
    const since = new Map(unknown.map((fence) => [nameOf(fence), this.#strays.get(nameOf(fence)) ?? now]));
    this.#strays = since;
    for (const fence of unknown) {
      if (now - (since.get(nameOf(fence)) ?? now) < STRAY_MS) continue;
      this.#log.warn({ taskId: fence.taskId, attempt: fence.attempt }, 'ending an attempt that nobody runs');
      await this.#attempts.finish(fence, STRAYED);
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
