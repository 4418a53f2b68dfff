import type { NewEvent } from '@drydock/contracts';
import {
  AppError,
  addUsage,
  NO_USAGE,
  type Limits,
  type Phase,
  type SessionId,
  type Usage,
} from '@drydock/domain';
import type { Fence } from '../ports/attempt-key.ts';
import type { AttemptEnd, AttemptStore, Claim, EventBatch, MeteredCall } from '../ports/attempt-store.ts';
import type { BasePin } from '../ports/task-record.ts';

/** The worker's side of the truth for one task, with its fence: `takeBack` makes every later write stale. */
export class FakeAttemptStore implements AttemptStore {
  readonly events: NewEvent[] = [];
  readonly phases: Phase[] = [];
  readonly calls: MeteredCall[] = [];
  base: BasePin | null = null;
  settled: { limits: Limits; image: { name: string; digest: string | null } } | null = null;
  end: AttemptEnd | null = null;
  readonly #claim: (session: SessionId) => Claim;
  #claimed = false;
  #stale = false;
  #batches = 0;

  constructor(claim: (session: SessionId) => Claim) {
    this.#claim = claim;
  }

  /** Another session owns the task from now on. */
  takeBack(): void {
    this.#stale = true;
  }

  claimNext(session: SessionId): Promise<Claim | null> {
    if (this.#claimed) return Promise.resolve(null);
    this.#claimed = true;
    return Promise.resolve(this.#claim(session));
  }

  async appendEvents(_fence: Fence, { number, events }: EventBatch): Promise<void> {
    await this.#guard();
    if (number <= this.#batches) return;
    if (number > this.#batches + 1) throw new AppError('internal', 'A batch was left out.');
    this.#batches = number;
    this.events.push(...events);
  }

  async enterPhase(_fence: Fence, phase: Phase): Promise<void> {
    await this.#guard();
    this.phases.push(phase);
  }

  async pinBase(_fence: Fence, base: BasePin): Promise<void> {
    await this.#guard();
    this.base ??= base;
  }

  async settle(
    _fence: Fence,
    settled: { limits: Limits; image: { name: string; digest: string | null } },
  ): Promise<void> {
    await this.#guard();
    this.settled = settled;
  }

  async recordCall(_fence: Fence, call: MeteredCall): Promise<Usage> {
    await this.#guard();
    if (!this.calls.some(({ callId }) => callId === call.callId)) this.calls.push(call);
    return this.calls.reduce((usage, each) => addUsage(usage, { ...each, modelCalls: 1 }), NO_USAGE);
  }

  async finish(_fence: Fence, end: AttemptEnd): Promise<'finished' | 'requeued'> {
    if (this.end?.outcome !== end.outcome) await this.#guard();
    this.end ??= end;
    return end.outcome === 'handed_back' ? 'requeued' : 'finished';
  }

  async #guard(): Promise<void> {
    await Promise.resolve();
    if (this.#stale) throw new AppError('lease_lost', 'Another attempt owns this task.');
  }
}
