import {
  AppError,
  crashPoint,
  DELIVERY_FAILURES,
  deliveryDelayMs,
  toAppError,
  type TaskId,
} from '@drydock/domain';
import { isPassing } from '../delivery/passing-faults.ts';
import type { ClaimedTelling, ConversationStore } from '../ports/conversation-store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { HeldLease } from '../session/held-lease.ts';
import { OwnClaims } from '../session/own-claims.ts';
import { patiently } from '../session/patiently.ts';
import type { WorkerSession } from '../session/worker-session.ts';
import { tellState, type TellingPorts } from './tell-state.ts';

/** Wake-ups that wait in Redis at most. */
const WINDOW = 100;
/** A few requests. */
const TRY_MS = 60_000;

export interface TellTriggersPorts extends TellingPorts {
  readonly store: ConversationStore;
  readonly log: Log;
}

/** Tells people at a code host where the tasks stand that they asked for. One task per call. */
export class TellTriggers {
  readonly #ports: TellTriggersPorts;
  readonly #publicUrl: string | null;
  readonly #session: WorkerSession;
  readonly #claims: OwnClaims<ClaimedTelling, TaskId>;

  constructor(ports: TellTriggersPorts, publicUrl: string | null, session: WorkerSession) {
    this.#ports = ports;
    this.#publicUrl = publicUrl;
    this.#session = session;
    this.#claims = new OwnClaims(session, ({ task }) => task.id);
  }

  /** @returns whether anything was due. @throws AppError of the store; what was claimed is claimed again. */
  async tellNext(): Promise<boolean> {
    return this.#claims.next(
      (session, held) => this.#ports.store.claimNext(session, held),
      async (claim, held) => {
        crashPoint('telling.claimed');
        await this.#tell(claim, held);
      },
    );
  }

  /** How many wait to be told, up to a small window. */
  countDue(): Promise<number> {
    return this.#ports.store.countDue(this.#session.id, this.#claims.ids, WINDOW);
  }

  async #tell(claim: ClaimedTelling, held: HeldLease): Promise<void> {
    const { store, log } = this.#ports;
    const signal = AbortSignal.any([held.signal, AbortSignal.timeout(TRY_MS)]);
    const check = (): void => held.check();
    try {
      const told = await tellState(this.#ports, claim, { publicUrl: this.#publicUrl, signal, check });
      await patiently(held, () => store.settle(claim.fence, told));
      crashPoint('telling.after_settle');
    } catch (thrown) {
      const { fence } = claim;
      // Whoever has it now looks for what this try has left.
      if (held.signal.aborted || (thrown instanceof AppError && thrown.code === 'lease_lost')) return;
      const error = signal.aborted
        ? new AppError('forge_unreachable', 'The code host took too long to answer.', { cause: thrown })
        : toAppError(thrown);
      log.warn({ taskId: fence.taskId, code: error.code, error: thrown }, 'a trigger could not be told');
      const failures = claim.failures + 1;
      const isLast = !isPassing(error) || failures >= DELIVERY_FAILURES;
      const delayMs = isLast ? null : deliveryDelayMs(failures, error.retryAfterSeconds);
      const failure = { code: error.code, message: error.detail };
      await patiently(held, () => store.postpone(fence, failure, delayMs));
    }
  }
}
