import { AppError, crashPoint, type DeliveryId, type SessionId } from '@drydock/domain';
import type { ClaimedDelivery } from '../ports/delivery-store.ts';
import type { HeldLease } from '../session/held-lease.ts';
import { OwnClaims } from '../session/own-claims.ts';
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
  readonly #claims: OwnClaims<ClaimedDelivery, DeliveryId>;

  constructor(ports: DeliveryPorts, settings: DeliverySettings, session: WorkerSession) {
    this.#tools = { ports, settings, circuits: new OwnerCircuits(() => performance.now()) };
    this.#session = session;
    this.#claims = new OwnClaims(session, ({ fence }) => fence.deliveryId);
  }

  /** `onClaim` is told what was claimed. @returns whether anything was due. */
  async performNext(onClaim: (claim: ClaimedDelivery) => void = () => undefined): Promise<boolean> {
    return this.#claims.next(
      (session, held) => this.#claim(session, held),
      async (claim, held) => {
        crashPoint('delivery.claimed');
        onClaim(claim);
        await this.#carry(claim, held);
      },
    );
  }

  /** Deliveries that wait for a worker, this one or another, up to a small window. */
  async countDue(): Promise<number> {
    return this.#tools.ports.deliveries.countDue(this.#session.id, this.#claims.ids, WINDOW);
  }

  async #claim(session: SessionId, held: readonly DeliveryId[]): Promise<ClaimedDelivery | null> {
    const { deliveries, telemetry } = this.#tools.ports;
    try {
      return await deliveries.claimNext(session, held);
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
