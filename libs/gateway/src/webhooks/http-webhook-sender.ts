import { once } from 'node:events';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import {
  hostOf,
  portOf,
  type AllowedPrivateHosts,
  type ErrorCode,
  type WebhookAnswer,
} from '@drydock/domain';
import type { OutgoingWebhook, WebhookSender } from '@drydock/engine';
import { dial } from '../egress/dial.ts';
import { resolveTarget, systemResolver, type Resolver } from '../egress/resolve-target.ts';
import { webhookPolicy } from './webhook-policy.ts';

export interface WebhookSenderOptions {
  readonly allowedPrivateHosts: AllowedPrivateHosts;
  /** From the look-up of the name to the end of the answer. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Default: the host's own. */
  readonly resolver?: Resolver;
  /** Certificates to trust besides the system's, in PEM. */
  readonly ca?: string;
}

const TIMEOUT_MS = 10_000;
/** Read to be polite to the connection; nobody looks at it. */
const MAX_ANSWER_BYTES = 65_536;
const MAX_HEADER_BYTES = 16_384;
const USER_AGENT = 'Drydock-Webhooks/1';

const failed = (code: ErrorCode, message: string, status: number | null = null): WebhookAnswer => ({
  status,
  error: { code, message },
});

/** What went wrong on the way, in words that hold nothing of what the receiver sent. */
const reasonOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'no answer';

const answerOf = (status: number): WebhookAnswer => {
  if (status >= 200 && status < 300) return { status, error: null };
  if (status >= 300 && status < 400)
    return failed(
      'webhook_redirected',
      `It answered ${String(status)}; redirects are not followed. Give the address itself.`,
      status,
    );
  if (status === 410) return failed('webhook_gone', 'It answered 410: it wants nothing more.', status);
  return failed('webhook_rejected', `It answered ${String(status)}.`, status);
};

/** Reads a bounded part of the answer and then lets go of it, whatever more there is. */
const drain = (answer: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) answer.destroy();
    });
    answer.once('close', resolve).once('error', () => {
      resolve();
    });
  });

/** Sends webhooks from the worker. Nothing is kept between two of them: no connection, no name, no cookie. */
export class HttpWebhookSender implements WebhookSender {
  readonly #options: WebhookSenderOptions;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  async send(webhook: OutgoingWebhook, signal: AbortSignal): Promise<WebhookAnswer> {
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS;
    const late = AbortSignal.timeout(timeoutMs);
    const ending = AbortSignal.any([signal, late]);
    const aborted = Promise.withResolvers<never>();
    ending.addEventListener('abort', () => {
      aborted.reject(new Error('aborted'));
    });
    try {
      return await Promise.race([this.#send(webhook, ending, timeoutMs), aborted.promise]);
    } catch (error) {
      return late.aborted
        ? failed('webhook_timeout', `It did not answer within ${String(timeoutMs / 1000)} s.`)
        : failed('webhook_unreachable', `It cannot be reached (${reasonOf(error)}).`);
    }
  }

  async #send(
    { url: text, headers, body }: OutgoingWebhook,
    ending: AbortSignal,
    timeoutMs: number,
  ): Promise<WebhookAnswer> {
    const url = new URL(text);
    const target = { host: hostOf(url), port: portOf(url), tunnel: url.protocol === 'https:' };
    const policy = webhookPolicy(this.#options.allowedPrivateHosts);
    const found = await resolveTarget(target, policy, this.#options.resolver ?? systemResolver);
    if ('refused' in found) return failed('webhook_host_not_allowed', found.refused);
    if ('failed' in found) return failed('webhook_unreachable', found.failed);
    const socket = await dial(found.addresses, target.port, timeoutMs);
    // Whatever it says once the answer is there is of no interest.
    socket.on('error', () => undefined);
    const cut = (): void => void socket.destroy();
    ending.addEventListener('abort', cut);
    if (ending.aborted) cut();
    try {
      return await this.#exchange(url, socket, { headers, body });
    } finally {
      ending.removeEventListener('abort', cut);
      socket.destroy();
    }
  }

  async #exchange(
    url: URL,
    socket: Socket,
    { headers, body }: Omit<OutgoingWebhook, 'url'>,
  ): Promise<WebhookAnswer> {
    const bytes = Buffer.from(body);
    const isSecure = url.protocol === 'https:';
    const connection = isSecure ? await this.#secure(socket, hostOf(url)) : socket;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = (isSecure ? requestSecure : requestPlain)(url, {
        method: 'POST',
        // No agent: one of node's own would look the name up again and connect to whatever it finds.
        maxHeaderSize: MAX_HEADER_BYTES,
        createConnection: () => connection,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': bytes.length,
          'user-agent': USER_AGENT,
          connection: 'close',
        },
      });
      socket.once('close', () => {
        reject(new Error('closed'));
      });
      sent.once('response', resolve).on('error', reject);
      sent.end(bytes);
    });
    await drain(answer);
    return answerOf(answer.statusCode ?? 0);
  }

  /** Nothing is written before the receiver has proven its name. */
  async #secure(socket: Socket, host: string): Promise<Socket> {
    const { ca } = this.#options;
    const connection = connectSecure({
      socket,
      host, // what the certificate has to be for
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
    });
    connection.on('error', () => undefined);
    await once(connection, 'secureConnect');
    return connection;
  }
}
