import { setTimeout as wait } from 'node:timers/promises';
import { Pool, type Dispatcher } from 'undici';
import type { GatewayBounds } from '../bounds.ts';
import { isObject, parseJson } from './json.ts';
import { isRetried, retryAfterMs, retryDelayMs } from './retry-delay.ts';

/** A provider. `baseUrl` as its SDK takes it: with `/v1` for OpenAI, without for Anthropic. */
export interface UpstreamTarget {
  readonly baseUrl: string;
  /** Null: a server that wants none, such as a local one. */
  readonly apiKey: string | null;
}

export interface UpstreamCall {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the call with its reason, an UpstreamFailure. */
  readonly signal: AbortSignal;
}

/** Why a call has no usable reply. */
export class UpstreamFailure extends Error {
  /** Status of the provider; 502 for a broken connection, 504 for a deadline, 499 when nobody waits any more. */
  readonly status: number;
  /** The provider may have worked, and may bill it. */
  readonly mayBeBilled: boolean;

  constructor(status: number, detail: string, mayBeBilled: boolean) {
    super(detail);
    this.name = 'UpstreamFailure';
    this.status = status;
    this.mayBeBilled = mayBeBilled;
  }
}

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_REASON_LENGTH = 500;

/** Text of a body up to a bound; what comes after is thrown away. */
const headOf = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
};

/** What a provider says went wrong: its `error.message`, or the head of whatever it sent. */
export const reasonOf = (text: string): string => {
  const body = parseJson(text);
  const error = isObject(body) ? body['error'] : null;
  const message = isObject(error) ? error['message'] : error;
  return (typeof message === 'string' ? message : text).slice(0, MAX_REASON_LENGTH);
};

/** One provider behind a pool of kept-alive connections. */
export class Upstream {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #auth: Readonly<Record<string, string>>;
  readonly #bounds: GatewayBounds;

  constructor(
    target: UpstreamTarget,
    authHeader: (key: string) => Record<string, string>,
    bounds: GatewayBounds,
  ) {
    const url = new URL(target.baseUrl);
    this.#bounds = bounds;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#auth = target.apiKey === null ? {} : authHeader(target.apiKey);
    this.#pool = new Pool(url.origin, {
      connections: bounds.maxConnections,
      connect: { timeout: bounds.connectMs },
      headersTimeout: bounds.callDeadlineMs,
      bodyTimeout: bounds.stallMs,
      allowH2: false,
    });
  }

  /**
   * Sends a call, again on 429, 5xx and connection errors, until a reply with another status has its headers here.
   * @throws UpstreamFailure with what the last try brought.
   */
  async send(call: UpstreamCall): Promise<Dispatcher.ResponseData> {
    for (let tries = 1; ; tries++) {
      const outcome = await this.#try(call);
      if (!(outcome instanceof TryFailed)) return outcome;
      if (tries > this.#bounds.retries) throw outcome.failure(tries);
      const asked = { tries, askedMs: outcome.askedMs, random: Math.random() };
      const delay = retryDelayMs({ baseMs: this.#bounds.retryBaseMs, capMs: this.#bounds.retryCapMs }, asked);
      try {
        await wait(delay, undefined, { signal: call.signal });
      } catch {
        throw outcome.failure(tries);
      }
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #try({ path, body, headers, signal }: UpstreamCall): Promise<Dispatcher.ResponseData | TryFailed> {
    try {
      const reply = await this.#pool.request({
        method: 'POST',
        path: this.#basePath + path,
        headers: {
          ...headers,
          ...this.#auth,
          'content-type': 'application/json',
          'accept-encoding': 'identity',
        },
        body,
        signal,
      });
      if (!isRetried(reply.statusCode)) return reply;
      const asked = reply.headers['retry-after'];
      const askedMs = retryAfterMs(typeof asked === 'string' ? asked : undefined, Date.now());
      return new TryFailed(reply.statusCode, reasonOf(await headOf(reply.body, MAX_ERROR_BYTES)), askedMs);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return new TryFailed(502, connectionReason(error), null);
    }
  }
}

const connectionReason = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return `the connection failed (${code})`;
};

class TryFailed {
  readonly #status: number;
  readonly #reason: string;
  readonly askedMs: number | null;

  constructor(status: number, reason: string, askedMs: number | null) {
    this.#status = status;
    this.#reason = reason;
    this.askedMs = askedMs;
  }

  failure(tries: number): UpstreamFailure {
    const times = tries === 1 ? 'once' : `${String(tries)} times`;
    return new UpstreamFailure(
      this.#status,
      `The model provider failed ${times}, last with ${String(this.#status)}: ${this.#reason}`,
      false,
    );
  }
}
