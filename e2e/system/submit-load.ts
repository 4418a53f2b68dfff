import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.ts';

/** Between two tries, doubled up to the last: a thousand clients that hammer would keep a new process from starting. */
const AGAIN_MS = { first: 100, last: 2_000 };
/** It only ends what hangs. */
const GIVE_UP_MS = 120_000;
/** More than there are during a restart; where that takes long, more would keep a busy machine from it for good. */
const MOST_OPEN = 300;

export interface LoadResult {
  /** Id of each accepted task, in the order of the answers. */
  readonly accepted: readonly string[];
  /** Answers that no client may get during a restart. */
  readonly wrong: readonly string[];
  /** Tries that met a closed door: refused or cut connections, and 503 with Retry-After. */
  readonly retries: number;
}

/**
 * Submits at a steady rate as long as the api keeps up, each task with an Idempotency-Key of its own, again and again until it is accepted: what a
 * careful client does while the api is replaced.
 */
export class SubmitLoad {
  readonly #client: Client;
  readonly #body: unknown;
  readonly #accepted: string[] = [];
  readonly #wrong: string[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #retries = 0;

  constructor(client: Client, body: unknown, perSecond: number) {
    this.#client = client;
    this.#body = body;
    this.#timer = setInterval(() => {
      if (this.#open.size >= MOST_OPEN) return;
      const one = this.#submit().finally(() => this.#open.delete(one));
      this.#open.add(one);
    }, 1_000 / perSecond);
  }

  get acceptedCount(): number {
    return this.#accepted.length;
  }

  /** Begins no more, and waits for those under way. */
  async stop(): Promise<LoadResult> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    return { accepted: this.#accepted, wrong: this.#wrong, retries: this.#retries };
  }

  async #submit(): Promise<void> {
    const headers = { 'idempotency-key': randomUUID() };
    const deadline = performance.now() + GIVE_UP_MS;
    for (let pauseMs = AGAIN_MS.first; performance.now() < deadline; pauseMs *= 2) {
      const id = await this.#try(headers);
      if (id === 'wrong') return;
      if (id !== null) {
        this.#accepted.push(id);
        return;
      }
      this.#retries++;
      await delay(Math.min(pauseMs, AGAIN_MS.last) * (0.5 + Math.random() / 2));
    }
    this.#wrong.push(`not accepted within ${String(GIVE_UP_MS)} ms`);
  }

  /** The id, or null when it is to be tried again. */
  async #try(headers: Record<string, string>): Promise<string | null> {
    try {
      const response = await this.#client.post('/v1/tasks', this.#body, headers);
      const text = await response.text();
      if (response.status === 202) return (JSON.parse(text) as { id: string }).id;
      const mayRetry = response.status === 503 && response.headers.has('retry-after');
      // The first try may still be under way in an api that was cut off from its client.
      if (mayRetry || response.status === 409) return null;
      this.#wrong.push(`${String(response.status)} ${text}`);
      return 'wrong';
    } catch {
      return null; // refused, reset or cut in the middle
    }
  }
}
