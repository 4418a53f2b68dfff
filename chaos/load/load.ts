import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.ts';
import { followToEnd } from './follow.ts';
import { KINDS } from './kinds.ts';
import { submit, type Client } from './submit.ts';
import { trigger, type TriggerParts } from './trigger.ts';

const FINAL = new Set(['succeeded', 'failed', 'cancelled']);
const POLL_MS = 500;
/** Of a hundred tasks, how many are watched by a stream besides. */
const WATCHED = 0.3;

export interface LoadParts extends Pick<TriggerParts, 'journal' | 'codeHost' | 'apiUrls'> {
  readonly clients: readonly Client[];
  readonly seed: number;
  /** Tasks under way at any time. */
  readonly atOnce: number;
  readonly sentAgain: number;
  /** Lets submission ids of this run be told from those of others. */
  readonly run: string;
}

/** A stream of mixed tasks: as soon as one has ended, the next one is sent. */
export class Load {
  readonly #parts: LoadParts;
  readonly #lives: Promise<void>[] = [];
  #isOpen = true;
  #sent = 0;
  /** After this time (ms since 1970) nobody waits for the end of a task any more. */
  #until = Number.MAX_SAFE_INTEGER;

  constructor(parts: LoadParts) {
    this.#parts = parts;
  }

  get sent(): number {
    return this.#sent;
  }

  start(): void {
    for (let lane = 0; lane < this.#parts.atOnce; lane++) this.#lives.push(this.#lane());
  }

  /** No new tasks. Resolves when all that were sent are final, or when the patience is at its end. */
  async stop(patienceMs: number): Promise<void> {
    this.#isOpen = false;
    this.#until = Date.now() + patienceMs;
    await Promise.all(this.#lives);
  }

  async #lane(): Promise<void> {
    while (this.#isOpen) await this.#oneTask(++this.#sent);
  }

  /** What the nth task is depends on the seed and its number only, however the lanes take turns. */
  async #oneTask(nth: number): Promise<void> {
    const { clients, journal, seed, run } = this.#parts;
    const random = new Random(seed + nth * 7919);
    const kind = random.weighted(KINDS);
    const client = random.pick(clients);
    const isWatched = random.fraction() < WATCHED;
    const cancelMs = kind.cancelAfter ? random.between(...kind.cancelAfter) * 1_000 : null;
    const id = `${run}-${String(nth)}`;
    const parts = { ...this.#parts, random, client, until: () => this.#until };
    const taskId = await (kind.trigger === null ? submit : trigger)(parts, kind, id);
    if (taskId === null) return;
    const watching = isWatched ? this.#watch(client, taskId) : Promise.resolve();
    if (cancelMs !== null) {
      await delay(cancelMs);
      const cancelled = await client.api.insist(
        `/v1/tasks/${taskId}/cancel`,
        { method: 'POST' },
        () => this.#until,
      );
      if (cancelled !== null && cancelled.status !== 202 && cancelled.status !== 200)
        journal.violations.push({ rule: 'cancel-answer', taskId, message: JSON.stringify(cancelled) });
    }
    await this.#untilFinal(client, taskId);
    await watching;
  }

  /** Bounded in any case: `#until` is set when the run ends, and both loops look at it. */
  async #watch(client: Client, taskId: string): Promise<void> {
    this.#parts.journal.violations.push(
      ...(await followToEnd({ api: client.api, taskId, until: () => this.#until })),
    );
  }

  async #untilFinal(client: Client, taskId: string): Promise<void> {
    while (Date.now() < this.#until) {
      const answer = await client.api.once(`/v1/tasks/${taskId}`);
      if (answer?.status === 200 && FINAL.has(String(answer.body['status']))) return;
      await delay(POLL_MS);
    }
  }
}
