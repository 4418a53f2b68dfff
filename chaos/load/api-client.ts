import { setTimeout as delay } from 'node:timers/promises';

/** An api that is frozen answers nobody. */
const ANSWER_MS = 10_000;
const PAUSE_MS = 250;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A client that knows several apis and goes to the next one when one fails it. */
export class ApiClient {
  readonly #urls: readonly string[];
  readonly #key: string;
  #turn = 0;

  constructor(urls: readonly string[], key: string) {
    this.#urls = urls;
    this.#key = key;
  }

  /** One request to the api whose turn it is. Null: no answer, so nobody knows what became of it. */
  async once(path: string, init: RequestInit = {}): Promise<Answer | null> {
    try {
      const response = await this.open(path, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    } catch {
      return null;
    }
  }

  /** Repeats a request that may be repeated until it is answered for good, or until `until()` (ms since 1970) has passed. */
  async insist(path: string, init: RequestInit, until: () => number): Promise<Answer | null> {
    while (Date.now() < until()) {
      const answer = await this.once(path, init);
      if (answer !== null && !isPassing(answer.status)) return answer;
      await delay(PAUSE_MS);
    }
    return null;
  }

  /** The bare response of the api whose turn it is. */
  open(path: string, init: RequestInit): Promise<Response> {
    const url = this.#urls[this.#turn++ % this.#urls.length] ?? '';
    const headers = { authorization: `Bearer ${this.#key}`, ...(init.headers as Record<string, string>) };
    return fetch(`${url}${path}`, { ...init, headers });
  }
}

/** Busy, starting, cut off, or another request with the same key under way: later it may go well. */
export const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 409;
