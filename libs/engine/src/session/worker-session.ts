import { AppError, AttemptAborted, type LossKind, type SessionId } from '@drydock/domain';
import type { AttemptKey, Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, AttemptStore, Claim } from '../ports/attempt-store.ts';
import type { Heartbeat, SessionInfo, SessionStore } from '../ports/session-store.ts';
import type { Log } from '../ports/telemetry.ts';
import { HeldAttempt } from './held-attempt.ts';
import { HeldLease } from './held-lease.ts';
import { HEARTBEAT_MS, LeaseClock, type LeaseVerdict } from './lease-clock.ts';
import { StrayWatch } from './stray-watch.ts';

/** What a claim brought, held from the first moment. */
export interface Claimed {
  readonly claim: Claim;
  readonly held: HeldAttempt;
}

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

const WHY = {
  lease_lost: 'the lease had ended, and the attempts were taken back',
  slept: 'this worker slept past its lease',
  cut_off: 'the lease could not be renewed for two minutes',
} as const satisfies Record<LossKind, string>;

const nameOf = (key: AttemptKey): string => `${key.taskId}/${String(key.attempt)}`;

/**
 * One worker process's standing in the fleet: holds the lease for all its attempts by one heartbeat, passes cancels on,
 * and stops the work when it can no longer be sure to own it. After that it begins anew under another id, and claims
 * nothing until that is known to the database.
 */
export class WorkerSession {
  readonly #store: SessionStore;
  readonly #attempts: Pick<AttemptStore, 'claimNext' | 'finish'>;
  readonly #describe: () => SessionInfo;
  readonly #log: Log;
  readonly #running = new Map<string, HeldAttempt>();
  /** Work besides attempts: deliveries. */
  readonly #besides = new Set<HeldLease>();
  /** When each claim under way was sent. */
  readonly #claims = new Set<{ readonly sentMs: number }>();
  readonly #lease = new LeaseClock(() => performance.now());
  #info: SessionInfo;
  #isOpen = false;
  #strays = new StrayWatch();
  #beating: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
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

  /** Whether the database knows this session: false from the loss of a lease until the next one is opened. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Attempts and what runs besides. */
  get runningCount(): number {
    return this.#running.size + this.#besides.size;
  }

  /** Of every attempt that runs here. */
  get fences(): readonly Fence[] {
    return [...this.#running.values()].map(({ fence }) => fence);
  }

  async open(): Promise<void> {
    await this.#openAsTold();
    this.#schedule();
  }

  /** A claim for this session; none while draining, or while the session is not open. */
  async claim(): Promise<Claimed | null> {
    this.#judgeLease();
    if (this.#draining || this.#closed || !this.#isOpen) return null;
    const underWay = { sentMs: performance.now() };
    this.#claims.add(underWay);
    try {
      const claim = await this.#attempts.claimNext(this.#info.id);
      return claim && { claim, held: this.adopt(claim.fence) };
    } finally {
      this.#claims.delete(underWay);
    }
  }

  adopt(fence: Fence): HeldAttempt {
    const held = new HeldAttempt(fence, performance.now(), () => {
      this.#judgeLease();
    });
    this.#running.set(nameOf(fence), held);
    if (fence.sessionId !== this.#info.id)
      held.stop(new AttemptAborted('lease_lost', 'the session was lost right after the claim'));
    // Its claim was under way while the others were told.
    else if (this.#handedBack) held.stop(new AttemptAborted('drain'));
    return held;
  }

  release(fence: Fence): void {
    this.#running.delete(nameOf(fence));
  }

  /** Work besides attempts, which stops with them. Null while draining, or while the session is not open. */
  join(): { readonly sessionId: SessionId; readonly held: HeldLease } | null {
    this.#judgeLease();
    if (this.#draining || this.#closed || !this.#isOpen) return null;
    const held = new HeldLease(() => {
      this.#judgeLease();
    });
    this.#besides.add(held);
    return { sessionId: this.#info.id, held };
  }

  leave(held: HeldLease): void {
    this.#besides.delete(held);
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
    this.#stopAll(new AttemptAborted('drain'));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#store.close(this.#info.id);
  }

  /** A heartbeat at once, or the one under way: the timer asks, or somebody who has a reason to doubt the lease. */
  beat(): Promise<void> {
    this.#conclude(this.#lease.tick());
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  /** The timer does not wait for answers: a database that is slow to refuse must not look like a sleep of our own. */
  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.beat();
      this.#schedule();
    }, HEARTBEAT_MS);
  }

  async #beatOnce(): Promise<void> {
    if (this.#closed) return;
    const { id } = this.#info;
    const askedAt = performance.now();
    try {
      if (!this.#isOpen) {
        await this.#openAsTold();
        return;
      }
      const beat = await this.#store.heartbeat(id, { draining: this.#draining });
      // The answer may have waited while the process stood still.
      this.#judgeLease();
      if (id === this.#info.id) this.#apply(beat, askedAt);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'lease_lost')
        this.#log.warn({ error, isOpen: this.#isOpen }, 'the heartbeat failed');
      else if (id === this.#info.id) await this.#beginAnew();
    }
  }

  async #beginAnew(): Promise<void> {
    this.#giveUp('lease_lost');
    await this.#openAsTold().catch((error: unknown) => {
      this.#log.warn({ error }, 'a new session could not be opened yet');
    });
  }

  #apply({ cancel, owned }: Heartbeat, askedAt: number): void {
    this.#lease.renewed(askedAt);
    const toCancel = new Set<string>(cancel);
    const ours = new Set(owned.map(nameOf));
    for (const [name, held] of this.#running) {
      if (toCancel.has(held.fence.taskId)) held.stop(new AttemptAborted('cancel'));
      // An attempt adopted after the question was asked cannot be in the answer.
      else if (!ours.has(name) && held.sinceMs < askedAt)
        held.stop(new AttemptAborted('lease_lost', 'the attempt was taken back'));
    }
    const unknown = owned.filter((fence) => !this.owns(fence));
    const oldestClaim = Math.min(Infinity, ...[...this.#claims].map(({ sentMs }) => sentMs));
    for (const fence of this.#strays.find(unknown, performance.now(), oldestClaim)) this.#endStray(fence);
  }

  /** Nobody waits for it: heartbeats go on meanwhile, and the next one tells again what did not arrive. */
  #endStray(fence: Fence): void {
    const { taskId, attempt } = fence;
    this.#log.warn({ taskId, attempt }, 'ending an attempt that nobody runs');
    this.#attempts.finish(fence, STRAYED).catch((error: unknown) => {
      this.#log.warn({ taskId, attempt, error }, 'an attempt that nobody runs could not be ended yet');
    });
  }

  #judgeLease(): void {
    this.#conclude(this.#lease.judge());
  }

  #conclude(verdict: LeaseVerdict): void {
    if (verdict !== 'ok' && this.#isOpen) this.#giveUp(verdict);
  }

  /** What runs is given up, and the session goes on under a new id: the old one may never write again. */
  #giveUp(kind: LossKind): void {
    this.#log.warn({ reason: kind, attempts: this.#running.size, session: this.#info.id }, WHY[kind]);
    this.#stopAll(new AttemptAborted(kind, WHY[kind]));
    this.#isOpen = false;
    this.#info = this.#describe();
    this.#strays = new StrayWatch();
  }

  #stopAll(reason: AttemptAborted): void {
    for (const held of [...this.#running.values(), ...this.#besides]) held.stop(reason);
  }

  /** Opening twice under the same id is harmless, so an answer that got lost is asked for again. */
  async #openAsTold(): Promise<void> {
    await this.#store.open(this.#info);
    this.#lease.start();
    this.#isOpen = true;
  }
}
