import type { WebhookAnswer } from '@drydock/domain';

export interface OutgoingWebhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Posts to an address that a client chose. The name is resolved once, and the address that was checked is the one that is
 * connected to: nothing but the public internet and what the operator allows. No redirect is followed, the answer is read up
 * to a bound and for a few seconds, and none of it is kept but its status.
 */
export interface WebhookSender {
  /** Never throws: what went wrong is the answer. */
  send(webhook: OutgoingWebhook, signal: AbortSignal): Promise<WebhookAnswer>;
}

/** Headers that prove to the receiver who sends. */
export interface WebhookSigner {
  /** One signature for each secret. */
  sign(message: {
    readonly id: string;
    readonly at: Date;
    readonly body: string;
    readonly secrets: readonly string[];
  }): Record<string, string>;
}
