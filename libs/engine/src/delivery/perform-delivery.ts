import { AppError, crashPoint, type DeliveryId, type SessionId } from '@drydock/domain';
import type { ClaimedDelivery, DeliveryFence } from '../ports/delivery-store.ts';
import type { HeldLease } from '../session/held-lease.ts';
import { patiently } from '../session/patiently.ts';
import type { WorkerSession } from '../session/worker-session.ts';
import type { DeliveryPorts, DeliverySettings } from './delivery-context.ts';
import { OwnerCircuits } from './owner-circuits.ts';
import { tryDelivery, type DeliveryTools, type TryResult } from './try-delivery.ts';

/** Wake-ups that wait in Redis at most. */
const WINDOW = 100;

/** Takes one delivery that is due and carries it as far as it goes. One call per wake-up. */
export class PerformDelivery {
  readonly #tools: DeliveryTools;
  readonly #session: WorkerSession;
  readonly #fences = new Set<DeliveryFence>();
  #claims: Promise<unknown> = Promise.resolve();

  constructor(ports: DeliveryPorts, settings: DeliverySettings, session: WorkerSession) {
    this.#tools = { ports, settings, circuits: new OwnerCircuits(() => performance.now()) };
    this.#session = session;
  }

  /** `onClaim` is told what was claimed. @returns whether anything was due. */
  async performNext(onClaim: (claim: ClaimedDelivery) => void = () => undefined): Promise<boolean> {
    const joined = this.#session.join();
    if (joined === null) return false;
    try {
      const claim = await this.#claim(joined.sessionId);
      if (claim === null) return false;
      try {
        crashPoint('delivery.claimed');
        onClaim(claim);
        await this.#carry(claim, joined.held);
      } finally {
        this.#fences.delete(claim.fence);
      }
      return true;
    } finally {
      this.#session.leave(joined.held);
    }
  }

  /** Deliveries that wait for a worker, this one or another, up to a small window. */
  async countDue(): Promise<number> {
    return this.#tools.ports.deliveries.countDue(this.#session.id, this.#held(), WINDOW);
  }

  #held(): DeliveryId[] {
    return [...this.#fences].map(({ deliveryId }) => deliveryId);
  }

  /** One after the other: a claim takes what its session has without knowing, and one under way looks the same. */
  async #claim(sessionId: SessionId): Promise<ClaimedDelivery | null> {
    const { deliveries, telemetry } = this.#tools.ports;
    const turn = this.#claims.then(async () => {
      const claim = await deliveries.claimNext(sessionId, this.#held());
      if (claim !== null) this.#fences.add(claim.fence);
      return claim;
    });
    this.#claims = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      telemetry.log.warn({ error }, 'the claim of a delivery failed');
      if (error instanceof AppError && error.code === 'lease_lost') await this.#session.beat();
      return null;
    }
  }

  async #carry(claim: ClaimedDelivery, held: HeldLease): Promise<void> {
    const { telemetry, hints } = this.#tools.ports;
    const { task, fence } = claim;
    const attributes = { 'drydock.task': task.id, 'drydock.delivery': fence.deliveryId };
    const named = { taskId: task.id, deliveryId: fence.deliveryId, try: fence.attempt };
    try {
      await telemetry.span('delivery', { attributes, traceparent: task.traceparent }, async () => {
        const result = await this.#try(claim, held);
        telemetry.log.info({ ...named, ...saidOf(result) }, 'a delivery was tried');
      });
      hints.publish(task.id);
    } catch (error) {
      // Whoever has it now looks for what this try has left.
      telemetry.log.warn({ ...named, error }, 'the delivery was let go of');
    }
  }

  async #try(claim: ClaimedDelivery, held: HeldLease): Promise<TryResult> {
    const { deliveries } = this.#tools.ports;
    const { fence } = claim;
    const result = await tryDelivery(this.#tools, claim, {
      signal: held.signal,
      noteFound: (found) => patiently(held, () => deliveries.noteFound(fence, found)),
    });
    crashPoint('delivery.before_finish');
    await patiently(held, () =>
      result.do === 'finish' ? deliveries.finish(fence, result.end) : deliveries.postpone(fence, result.why),
    );
    crashPoint('delivery.after_finish');
    return result;
  }
}

const saidOf = (result: TryResult): object =>
  result.do === 'finish'
    ? { state: result.end.state, code: result.end.error?.code }
    : { state: 'pending', code: result.why.error.code, delayMs: result.why.delayMs };
