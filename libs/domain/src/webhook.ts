import type { ErrorCode } from './errors.ts';

/** What outgoing webhooks tell of. */
export const WEBHOOK_EVENTS = [
  'task.started',
  'task.succeeded',
  'task.failed',
  'task.cancelled',
  'delivery.succeeded',
  'delivery.failed',
  'webhook_endpoint.disabled',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent on request only, whatever the endpoint listens to. */
export const WEBHOOK_TEST = 'webhook_endpoint.test';

/** From the event on; after that a message is given up. */
export const WEBHOOK_LIFETIME_MS = 86_400_000;
/** When the last try is made, before the day is over that disables an endpoint: one message alone does not. */
const LAST_TRY_MS = WEBHOOK_LIFETIME_MS - 3_600_000;
const FIRST_DELAY_MS = 5_000;
const FACTOR = 3;
const LONGEST_DELAY_MS = 6 * 3_600_000;
/** Of the delay, at random, so that many messages do not come back at once. */
const JITTER = 0.2;
/** An endpoint that refused one odd message a day ago, and nothing since, is not failing. */
const FAILURES_TO_DISABLE = 10;

/** What one try of sending came to. */
export type WebhookAnswer =
  | { readonly status: number; readonly error: null }
  | {
      readonly status: number | null;
      readonly error: { readonly code: ErrorCode; readonly message: string };
    };

/** What a failed try is judged by. Ages are the database's. */
export interface WebhookStanding {
  /** `callbacks`: every message goes to another address, so none speaks for the others. */
  readonly kind: 'endpoint' | 'callbacks';
  /** Tries of this message that failed before. */
  readonly failures: number;
  /** Since the event, or since somebody asked to send it again. */
  readonly ageMs: number;
  /** Failed tries of all messages in a row, and since when; 0: the last one went well. */
  readonly endpointFailures: number;
  readonly endpointFailingMs: number;
}

export type WebhookDecision =
  | { readonly do: 'settle'; readonly state: 'succeeded' }
  | { readonly do: 'settle'; readonly state: 'failed' }
  | { readonly do: 'retry'; readonly delayMs: number }
  | {
      readonly do: 'disable';
      readonly code: 'webhook_gone' | 'webhook_endpoint_failing';
      readonly message: string;
    };

/** 5 s, 15 s, 45 s … up to six hours, a fifth more or less. `random` is from 0 to 1. */
export const webhookDelayMs = (failures: number, random: number): number =>
  Math.round(
    Math.min(FIRST_DELAY_MS * FACTOR ** failures, LONGEST_DELAY_MS) * (1 - JITTER + 2 * JITTER * random),
  );

const GONE = 410;

/** What comes after one try. An endpoint that says 410, or fails for a whole day, gets nothing more. */
export const afterWebhookTry = (
  answer: WebhookAnswer,
  standing: WebhookStanding,
  random: number,
): WebhookDecision => {
  if (answer.error === null) return { do: 'settle', state: 'succeeded' };
  const { kind, failures, ageMs, endpointFailures, endpointFailingMs } = standing;
  if (answer.status === GONE)
    return kind === 'callbacks'
      ? { do: 'settle', state: 'failed' }
      : { do: 'disable', code: 'webhook_gone', message: 'The receiver answered 410: it wants nothing more.' };
  const isFailing = endpointFailingMs >= WEBHOOK_LIFETIME_MS && endpointFailures + 1 >= FAILURES_TO_DISABLE;
  if (kind === 'endpoint' && isFailing)
    return {
      do: 'disable',
      code: 'webhook_endpoint_failing',
      message: `Nothing got through for a day, in ${String(endpointFailures + 1)} tries. The last one: ${answer.error.message}`,
    };
  const leftMs = LAST_TRY_MS - ageMs;
  return leftMs <= 0
    ? { do: 'settle', state: 'failed' }
    : { do: 'retry', delayMs: Math.min(webhookDelayMs(failures, random), leftMs) };
};
