import {
  type AppError,
  deliveryDelayMs,
  DELIVERY_FAILURES,
  toAppError,
  type ErrorCode,
  type SessionId,
} from '@drydock/domain';
import type { AuditLog } from '../ports/audit-log.ts';
import type { ClaimedInbound, InboundEnd, InboundStore } from '../ports/inbound-store.ts';
import type { Log } from '../ports/telemetry.ts';

/** What comes of a trigger; who does it need not know how it is kept. */
export type Decided = Omit<InboundEnd, 'started'> & Partial<Pick<InboundEnd, 'started'>>;

export interface InboundPorts {
  readonly inbound: Pick<InboundStore, 'claimNext' | 'settle' | 'postpone'>;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** Turns a trigger into what it asks for, or says why not. May be told again after any crash. */
export interface AnswersTriggers {
  run(inbound: ClaimedInbound, signal: AbortSignal): Promise<Decided>;
}

/** They pass by themselves. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'forge_rate_limited',
  'forge_unreachable',
  'service_unavailable',
  'queue_full',
  'idempotency_in_flight',
]);

/** Takes what forges sent, one at a time, and settles each for good. */
export class ProcessInbound {
  readonly #ports: InboundPorts;
  readonly #answers: AnswersTriggers;

  constructor(ports: InboundPorts, answers: AnswersTriggers) {
    this.#ports = ports;
    this.#answers = answers;
  }

  /** False: there was nothing to do. @throws AppError of the store; what it had claimed is claimed again. */
  async next(session: SessionId, signal: AbortSignal): Promise<boolean> {
    const claimed = await this.#ports.inbound.claimNext(session);
    if (claimed === null) return false;
    try {
      await this.#settle(claimed, await this.#answers.run(claimed, signal));
    } catch (thrown) {
      signal.throwIfAborted();
      await this.#failed(claimed, toAppError(thrown));
    }
    return true;
  }

  async #failed(claimed: ClaimedInbound, error: AppError): Promise<void> {
    const { fence } = claimed;
    if (error.code === 'lease_lost') return;
    this.#ports.log.warn({ error, inbound: fence.id }, 'what a code host sent could not be answered');
    // A fault of ours is as likely to pass as one of theirs.
    const mayPass = PASSING.has(error.code) || error.code === 'internal';
    if (mayPass && fence.attempt < DELIVERY_FAILURES)
      await this.#ports.inbound.postpone(fence, deliveryDelayMs(fence.attempt, error.retryAfterSeconds));
    else await this.#settle(claimed, { state: 'failed', reason: error.code, teamId: null });
  }

  async #settle(claimed: ClaimedInbound, decided: Decided): Promise<void> {
    const { fence, trigger, event } = claimed;
    const end = { started: null, ...decided };
    // Before the end: a crash in between writes it twice, which is better than never.
    if (end.state === 'refused' || end.state === 'failed' || end.state === 'accepted')
      await this.#ports.audit.add({
        teamId: end.teamId,
        actor: `github:${trigger.sender}`,
        action: `trigger.${end.state}`,
        subject: `${trigger.repository.owner}/${trigger.repository.name}#${String(trigger.number)}`,
        reason: end.reason,
        details: {
          event,
          trigger: trigger.kind,
          inbound: fence.id,
          task: end.started?.taskId ?? null,
        },
      });
    await this.#ports.inbound.settle(fence, end);
  }
}
