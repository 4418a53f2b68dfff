import {
  AppError,
  crashPoint,
  deliveryDelayMs,
  DELIVERY_FAILURES,
  DELIVERY_LOSSES,
  toAppError,
  type ErrorCode,
} from '@drydock/domain';
import type { AuditLog } from '../ports/audit-log.ts';
import type { ClaimedInbound, InboundEnd, InboundStore } from '../ports/inbound-store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { HeldLease } from '../session/held-lease.ts';
import { OwnClaims } from '../session/own-claims.ts';
import { patiently } from '../session/patiently.ts';
import type { WorkerSession } from '../session/worker-session.ts';
import { mayPass } from './trigger-faults.ts';

/** What comes of a trigger; who does it need not know how it is kept. */
export type Decided = Omit<InboundEnd, 'started'> & Partial<Pick<InboundEnd, 'started'>>;

export interface InboundPorts {
  readonly inbound: Pick<InboundStore, 'claimNext' | 'countDue' | 'settle' | 'postpone'>;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** Turns a trigger into what it asks for, or says why not. May be told again after any crash. */
export interface AnswersTriggers {
  run(inbound: ClaimedInbound, signal: AbortSignal): Promise<Decided>;
}

/** Wake-ups that wait in Redis at most. */
const WINDOW = 100;
/** Some ten requests. */
const TRY_MS = 120_000;

/** Takes what forges sent, one per call, and settles each for good. */
export class ProcessInbound {
  readonly #ports: InboundPorts;
  readonly #answers: AnswersTriggers;
  readonly #session: WorkerSession;
  readonly #claims: OwnClaims<ClaimedInbound, string>;

  constructor(ports: InboundPorts, answers: AnswersTriggers, session: WorkerSession) {
    this.#ports = ports;
    this.#answers = answers;
    this.#session = session;
    this.#claims = new OwnClaims(session, ({ id }) => id);
  }

  /** @returns whether anything was due. @throws AppError of the store; what was claimed is claimed again. */
  async next(): Promise<boolean> {
    return this.#claims.next(
      (session, held) => this.#ports.inbound.claimNext(session, held),
      async (claimed, held) => {
        crashPoint('inbound.claimed');
        await this.#carry(claimed, held);
      },
    );
  }

  /** How many wait for a worker, this one or another, up to a small window. */
  countDue(): Promise<number> {
    return this.#ports.inbound.countDue(this.#session.id, this.#claims.ids, WINDOW);
  }

  async #carry(claimed: ClaimedInbound, held: HeldLease): Promise<void> {
    // What ends its worker each time must not go round for ever.
    if (claimed.fence.attempt > DELIVERY_LOSSES) return this.#settle(claimed, held, failedBy('internal'));
    const signal = AbortSignal.any([held.signal, AbortSignal.timeout(TRY_MS)]);
    try {
      await this.#settle(claimed, held, await this.#answers.run(claimed, signal));
    } catch (thrown) {
      // Whoever has it now finds what this try has done.
      if (held.signal.aborted) return;
      const tooSlow = 'The code host took too long to answer.';
      const error = signal.aborted
        ? new AppError('forge_unreachable', tooSlow, { cause: thrown })
        : toAppError(thrown);
      await this.#failed(claimed, held, error);
    }
  }

  async #failed(claimed: ClaimedInbound, held: HeldLease, error: AppError): Promise<void> {
    const { fence } = claimed;
    if (error.code === 'lease_lost') return;
    this.#ports.log.warn({ error, inbound: fence.id }, 'what a code host sent could not be answered');
    if (mayPass(error) && fence.attempt < DELIVERY_FAILURES) {
      const delayMs = deliveryDelayMs(fence.attempt, error.retryAfterSeconds);
      await patiently(held, () => this.#ports.inbound.postpone(fence, delayMs));
    } else await this.#settle(claimed, held, failedBy(error.code));
  }

  async #settle(claimed: ClaimedInbound, held: HeldLease, decided: Decided): Promise<void> {
    const { inbound, audit } = this.#ports;
    const end = { started: null, ...decided };
    // Before the end: a crash in between writes it twice, which is better than never.
    if (end.state !== 'ignored') await patiently(held, () => audit.add(auditOf(claimed, end)));
    crashPoint('inbound.before_settle');
    await patiently(held, () => inbound.settle(claimed.fence, end));
    crashPoint('inbound.after_settle');
  }
}

const failedBy = (reason: ErrorCode): Decided => ({ state: 'failed', reason, teamId: null });

const auditOf = (
  { fence, trigger, event }: ClaimedInbound,
  { state, reason, teamId, started }: InboundEnd,
) => ({
  teamId,
  actor: `github:${trigger.sender}`,
  action: `trigger.${state}`,
  subject: `${trigger.repository.owner}/${trigger.repository.name}#${String(trigger.number)}`,
  reason,
  details: { event, trigger: trigger.kind, inbound: fence.id, task: started?.taskId ?? null },
});
