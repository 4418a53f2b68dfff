import { afterWebhookTry } from '@drydock/domain';
import type { Log } from '../ports/telemetry.ts';
import type { WebhookSender, WebhookSigner } from '../ports/webhook-sender.ts';
import type { ClaimedWebhook, WebhookOutbox } from '../ports/webhook-store.ts';
import type { HeldLease } from '../session/held-lease.ts';
import type { WorkerSession } from '../session/worker-session.ts';

export interface SendWebhooksParts {
  readonly outbox: WebhookOutbox;
  readonly sender: WebhookSender;
  readonly signer: WebhookSigner;
  readonly session: Pick<WorkerSession, 'join' | 'leave'>;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Wake-ups that wait in Redis at most. */
const WINDOW = 100;

/** Sends one outgoing webhook that is due. One call per wake-up. */
export class SendWebhooks {
  readonly #parts: SendWebhooksParts;

  constructor(parts: SendWebhooksParts) {
    this.#parts = parts;
  }

  /** @returns whether anything was due. @throws AppError of the store; what was claimed comes up again. */
  async next(): Promise<boolean> {
    const { session, outbox } = this.#parts;
    const joined = session.join();
    if (joined === null) return false;
    try {
      const claimed = await outbox.claimNext();
      if (claimed === null) return false;
      await this.#send(claimed, joined.held);
      return true;
    } finally {
      session.leave(joined.held);
    }
  }

  /** How many are due, up to a small window. */
  countDue(): Promise<number> {
    return this.#parts.outbox.countDue(WINDOW);
  }

  async #send(
    { fence, endpointId, url, body, secrets, standing }: ClaimedWebhook,
    held: HeldLease,
  ): Promise<void> {
    const { outbox, sender, signer, log, random } = this.#parts;
    const at = new Date();
    const headers = signer.sign({ id: fence.messageId, at, body, secrets });
    const started = performance.now();
    const answer = await sender.send({ url, headers, body }, held.signal);
    // It may have arrived or not: whoever claims it next sends it again, under the same id.
    if (held.signal.aborted) return;
    const tried = { at: at.toISOString(), ms: Math.round(performance.now() - started), ...answer };
    const decision = afterWebhookTry(answer, standing, random());
    const isOurs = await outbox.settle(fence, { tried, decision });
    log[decision.do === 'disable' ? 'warn' : 'info'](
      {
        webhook: fence.messageId,
        endpoint: endpointId,
        attempt: fence.attempt,
        status: answer.status,
        code: answer.error?.code,
        decision: decision.do,
        isOurs,
      },
      'a webhook was sent',
    );
  }
}
