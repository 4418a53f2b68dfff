import type { WebhookTry } from '@drydock/contracts';
import type {
  TeamId,
  WebhookDecision,
  WebhookEndpointId,
  WebhookEvent,
  WebhookMessageId,
  WebhookStanding,
  WEBHOOK_TEST,
} from '@drydock/domain';
import type { TaskFailure } from './task-record.ts';

export type WebhookMessageState = 'pending' | 'succeeded' | 'failed';

export interface NewWebhookEndpoint {
  readonly id: WebhookEndpointId;
  readonly teamId: TeamId;
  readonly url: string;
  readonly description: string;
  readonly events: readonly WebhookEvent[];
  /** `whsec_…`; sealed at rest. */
  readonly secret: string;
}

export interface WebhookEndpointRecord extends Omit<NewWebhookEndpoint, 'url' | 'secret'> {
  /** `callbacks`: made with the first task of a team that names a `callbackUrl`, and told of such tasks only. */
  readonly kind: 'endpoint' | 'callbacks';
  /** Null: each message has its own. */
  readonly url: string | null;
  readonly enabled: boolean;
  readonly disabledReason: TaskFailure | null;
  readonly failingSince: Date | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is left out stays. */
export type WebhookEndpointChange = Partial<
  Pick<NewWebhookEndpoint, 'url' | 'description' | 'events'> & { readonly enabled: boolean }
>;

export interface WebhookMessageRecord {
  readonly id: WebhookMessageId;
  readonly endpointId: WebhookEndpointId;
  readonly type: WebhookEvent | typeof WEBHOOK_TEST;
  readonly taskId: string | null;
  readonly url: string;
  readonly state: WebhookMessageState;
  readonly attempts: number;
  /** Null: none is planned. */
  readonly nextAttemptAt: Date | null;
  /** The last ten, oldest first. */
  readonly tries: readonly WebhookTry[];
  readonly createdAt: Date;
}

interface Page {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

/**
 * Endpoints of outgoing webhooks and what was sent to them. Another team's id is as good as none. What an endpoint is told of
 * becomes a message in the transaction that makes it true, so that nothing is lost whoever crashes.
 */
export interface WebhookStore {
  /** Throws `webhook_endpoint_limit`. */
  create(endpoint: NewWebhookEndpoint): Promise<WebhookEndpointRecord>;
  get(teamId: TeamId, id: WebhookEndpointId): Promise<WebhookEndpointRecord | null>;
  /** Newest first. */
  list(teamId: TeamId, page: Page): Promise<{ items: WebhookEndpointRecord[]; next: string | null }>;
  /**
   * `enabled: false` ends what is pending; `true` forgets why it was disabled. That, or another `url`, forgets what has failed
   * so far. Null: the team has none.
   */
  change(
    teamId: TeamId,
    id: WebhookEndpointId,
    change: WebhookEndpointChange,
  ): Promise<WebhookEndpointRecord | null>;
  /** With all its messages. False: the team has none. */
  remove(teamId: TeamId, id: WebhookEndpointId): Promise<boolean>;
  /** The old secret signs as well until `overlapMs` from now; one before that no longer. Null: the team has none. */
  rotate(
    teamId: TeamId,
    id: WebhookEndpointId,
    next: { readonly secret: string; readonly overlapMs: number },
  ): Promise<WebhookEndpointRecord | null>;
  /** Newest first. Throws `not_found`. */
  messages(
    teamId: TeamId,
    id: WebhookEndpointId,
    page: Page & { readonly state?: WebhookMessageState | undefined },
  ): Promise<{ items: WebhookMessageRecord[]; next: string | null }>;
  /** A message that says only that it is a test. Throws `not_found`, `webhook_endpoint_disabled`. */
  test(teamId: TeamId, id: WebhookEndpointId, messageId: WebhookMessageId): Promise<WebhookMessageRecord>;
  /** Pending again, for another day; one that is pending is due at once. Throws `not_found`, `webhook_endpoint_disabled`. */
  redeliver(
    teamId: TeamId,
    id: WebhookEndpointId,
    messageId: WebhookMessageId,
  ): Promise<WebhookMessageRecord>;
}

/** Names one try; what is written for a try that somebody else has begun since hits nothing. */
export interface WebhookFence {
  readonly messageId: WebhookMessageId;
  readonly attempt: number;
}

export interface ClaimedWebhook {
  readonly fence: WebhookFence;
  readonly endpointId: WebhookEndpointId;
  readonly url: string;
  /** The same bytes in every try. */
  readonly body: string;
  /** The newest first; two while a rotation overlaps. */
  readonly secrets: readonly string[];
  readonly standing: WebhookStanding;
}

export interface WebhookResult {
  readonly tried: WebhookTry;
  readonly decision: WebhookDecision;
}

/**
 * Messages that are due. A claim needs no session: it hides the message for a while, and what a worker that died had claimed
 * comes up again by itself.
 */
export interface WebhookOutbox {
  /**
   * The one that has been due for longest, of an endpoint that is not busy. One that hangs or fails keeps nobody waiting: first
   * come those to which the least is being sent, of these those that take what is sent. Null when there is none.
   */
  claimNext(): Promise<ClaimedWebhook | null>;
  /** How many `claimNext` would give now, up to `atMost`; for wake-ups. */
  countDue(atMost: number): Promise<number>;
  /**
   * What a try came to. An endpoint that is disabled loses all that is pending, and the team's other endpoints are told.
   * False: the try is not the last one any more, or the endpoint is gone.
   */
  settle(fence: WebhookFence, result: WebhookResult): Promise<boolean>;
  /** Messages that were settled so long ago; how many went. */
  deleteSettled(batch: { readonly olderThanMs: number; readonly limit: number }): Promise<number>;
}
