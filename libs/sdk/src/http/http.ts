import createClient, { type Client } from 'openapi-fetch';
import { ConnectionError, errorOf } from '../errors.ts';
import type { paths } from '../generated/openapi.ts';
import { abortable } from './abortable.ts';
import { delayBefore, retryAfterSeconds, retryPolicy } from './retry-policy.ts';
import type { RetryOptions, RetryPolicy } from './retry-policy.ts';
import { sleep } from './sleep.ts';

export interface HttpOptions {
  /** Where the API is, such as `https://drydock.example.com`; a path below it is kept. */
  readonly baseUrl: string;
  /** `dk_…`. Without one, only public routes answer. */
  readonly apiKey?: string;
  /** In place of the global one, for a proxy or a test. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly retry?: RetryOptions;
  /** For one try of one call; uploads and event streams have none. Default 60,000. */
  readonly timeoutMs?: number;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its waits and its retries; the call throws the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Sent<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

export interface CallRules extends CallOptions {
  /** Whether doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  /** Null: as long as it takes. */
  readonly timeoutMs?: number | null;
}

const checkedUrl = (baseUrl: string): string => {
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw new TypeError(`baseUrl: "${baseUrl}" is no http or https URL, such as https://drydock.example.com`);
  const { username, password } = new URL(baseUrl);
  if (username !== '' || password !== '')
    throw new TypeError(
      'baseUrl: it has no user and no password. Leave them out: the API key says who asks.',
    );
  return baseUrl.replace(/[?#].*$/, '').replace(/\/+$/, '');
};

const checkedKey = (apiKey: string): string => {
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new TypeError('apiKey: an API key has printable ASCII characters only, without spaces.');
  return apiKey;
};

/** Calls of the API with retries, deadlines and typed errors. */
export class Http {
  readonly baseUrl: string;
  /** The typed client below: every route of docs/openapi.json, without retries. */
  readonly raw: Client<paths>;
  readonly retry: RetryPolicy;
  readonly #timeoutMs: number;

  constructor(options: HttpOptions) {
    this.baseUrl = checkedUrl(options.baseUrl);
    this.retry = retryPolicy(options.retry);
    this.#timeoutMs = options.timeoutMs ?? 60_000;
    const { apiKey, fetch } = options;
    this.raw = createClient<paths>({
      baseUrl: this.baseUrl,
      ...(fetch && { fetch }),
      ...(apiKey !== undefined && { headers: { authorization: `Bearer ${checkedKey(apiKey)}` } }),
    });
  }

  /**
   * Sends until it is answered. `send` is called for every try, so that it makes its body anew.
   * @throws ApiError, ConnectionError, or the reason of the signal.
   */
  async call<T>(send: (signal: AbortSignal) => Promise<Sent<T>>, rules: CallRules): Promise<T> {
    for (let tries = 0; ; tries++) {
      rules.signal?.throwIfAborted();
      const answer = await this.#try(send, rules);
      if (answer.isDone) return answer.value;
      const { status, code, retryAfter } = answer;
      const delayMs = delayBefore(
        this.retry,
        { status, code, retryAfterSeconds: retryAfter, isRepeatable: rules.isRepeatable },
        { tries, random: Math.random() },
      );
      if (delayMs === null) throw answer.error;
      await sleep(delayMs, rules.signal);
    }
  }

  async #try<T>(send: (signal: AbortSignal) => Promise<Sent<T>>, rules: CallRules) {
    const sent = await this.#send(send, rules);
    if (sent.response === null) return this.#fault(sent.error);
    const { data, error, response } = sent;
    if (response.ok) return { isDone: true, value: data as T } as const;
    const retryAfter = retryAfterSeconds(response.headers.get('retry-after'), Date.now());
    const refused = errorOf(response, error, retryAfter);
    const { status, code } = refused;
    return { isDone: false, error: refused, status, code, retryAfter } as const;
  }

  async #send<T>(
    send: (signal: AbortSignal) => Promise<Sent<T>>,
    rules: CallRules,
  ): Promise<Sent<T> | { readonly error: unknown; readonly response: null }> {
    const timeoutMs = rules.timeoutMs === undefined ? this.#timeoutMs : rules.timeoutMs;
    // Not by `AbortSignal.any`, nor left to `fetch`: what they follow may be collected while the answer is waited for.
    const stop = new AbortController();
    const onAbort = (): void => {
      stop.abort(rules.signal?.reason);
    };
    const onSilence = (): void => {
      stop.abort(new Error(`there was no answer within ${String(timeoutMs)} ms`));
    };
    rules.signal?.addEventListener('abort', onAbort, { once: true });
    const timer = timeoutMs === null ? undefined : setTimeout(onSilence, timeoutMs);
    try {
      return await abortable(send(stop.signal), stop.signal);
    } catch (error) {
      rules.signal?.throwIfAborted();
      return { error, response: null };
    } finally {
      clearTimeout(timer);
      rules.signal?.removeEventListener('abort', onAbort);
    }
  }

  #fault(cause: unknown) {
    // By its name: a page, a worker or a test may have errors of its own.
    const isOther = (cause as { readonly name?: unknown } | null)?.name === 'SyntaxError';
    const what = isOther
      ? "gives an answer that is not one of Drydock's. Is this its address?"
      : `cannot be reached: ${deepestMessage(cause)}`;
    const error = new ConnectionError(`${this.baseUrl} ${what}`, { cause });
    return { isDone: false, error, status: null, code: null, retryAfter: null } as const;
  }
}

/** `fetch failed` alone helps nobody: what it says is in its causes. */
const deepestMessage = (fault: unknown): string => {
  if (typeof fault !== 'object' || fault === null) return String(fault);
  const { cause, errors, message, name } = fault as Partial<AggregateError>;
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : [];
  if (typeof (cause ?? first) === 'object') return deepestMessage(cause ?? first);
  return message === undefined || message === '' ? (name ?? 'unknown fault') : message;
};
