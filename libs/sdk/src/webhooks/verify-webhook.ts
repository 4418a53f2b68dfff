import type { WebhookPayload } from '../api-types.ts';
import { DrydockError } from '../errors.ts';

/** The message is not from Drydock, or not from now: answer 400 and do nothing. */
export class WebhookVerificationError extends DrydockError {
  override readonly name = 'WebhookVerificationError';
}

export interface ReceivedWebhook {
  /** `whsec_…`, as the endpoint's creation showed it. While a secret is rotated, try both. */
  readonly secret: string;
  /** Of the request; only `webhook-id`, `webhook-timestamp` and `webhook-signature` are read. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it came: text or bytes, not parsed and written anew. */
  readonly body: string | Uint8Array;
  /** How old or how far ahead a message may be. Default 300. */
  readonly toleranceSeconds?: number;
  /** For tests. Default now. */
  readonly nowMs?: number;
}

const fail = (why: string): never => {
  throw new WebhookVerificationError(`The webhook cannot be trusted: ${why}`);
};

/**
 * Checks the signature and the time of a webhook (Standard Webhooks, https://www.standardwebhooks.com).
 * @returns the parsed body. Messages come at least once: remember `webhook-id`, which a repeat keeps.
 * @throws WebhookVerificationError.
 */
export const verifyWebhook = async (webhook: ReceivedWebhook): Promise<WebhookPayload> => {
  const { headers, toleranceSeconds = 300, nowMs = Date.now() } = webhook;
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (!/^\d{1,12}$/.test(timestamp)) fail('webhook-timestamp is no number.');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds)
    fail(`it is not from the last ${String(toleranceSeconds)} seconds.`);
  const body = typeof webhook.body === 'string' ? encode(webhook.body) : webhook.body;
  const signed = joined(encode(`${id}.${timestamp}.`), body);
  const key = await hmacKey(webhook.secret);
  const checks = signatures
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => isSignedBy(key, part.slice(3), signed));
  if (!(await Promise.all(checks)).includes(true))
    fail('the signature does not fit the secret and the body.');
  return JSON.parse(new TextDecoder().decode(body)) as WebhookPayload;
};

/** Not by `instanceof`: many servers bring a class of their own. */
const isHeaders = (headers: ReceivedWebhook['headers']): headers is Headers =>
  typeof headers.get === 'function';

const headerOf = (headers: ReceivedWebhook['headers'], name: string): string => {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' && value !== '' ? value : fail(`the header ${name} is missing.`);
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const joined = (head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
};

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | null => {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
};

type HmacKey = Parameters<typeof crypto.subtle.verify>[1];

const hmacKey = async (secret: string): Promise<HmacKey> => {
  const bytes = fromBase64(secret.replace(/^whsec_/, ''));
  if (bytes === null || bytes.length === 0)
    throw new TypeError('secret: expected "whsec_" and base64, as the endpoint was made with.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
};

/** `verify` of Web Crypto compares in constant time. */
const isSignedBy = async (
  key: HmacKey,
  signature: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> => {
  const bytes = fromBase64(signature);
  return bytes !== null && crypto.subtle.verify('HMAC', key, bytes, signed);
};
