import { randomBytes } from 'node:crypto';
import type { SessionId } from '@drydock/domain';
import type { EventBatch, Fence } from '@drydock/engine';
import { connectDatabase, PgAttemptStore, PgSessionStore, Sealer } from '@drydock/persistence';
import { RedisEventHints } from '@drydock/queue';
import type { System } from '../../../e2e/system/start-system.ts';
import { query } from '../../../e2e/system/teams.ts';
import { commandTask } from '../sample-repository.ts';
import { nowMs } from './sse-clients.ts';

/** Between two batches of a worker. */
const BATCH_MS = 50;
const HEARTBEAT_MS = 2_000;
const LINE = 'A line of the log, as long as most of them are: src/cart.ts(17,3): rounded to the cent.';

export interface RunningTask {
  readonly id: string;
  readonly lastSeq: number;
  readonly fence: Fence;
}

const quiet = () => undefined;
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** Writes the history of tasks as a worker does, without running any. */
export class EventSource {
  readonly #system: System;
  readonly #database;
  readonly #attempts;
  readonly #sessions;
  readonly #hints;
  readonly #sessionId = `bench:${randomBytes(4).toString('hex')}` as SessionId;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(system: System) {
    this.#system = system;
    this.#database = connectDatabase({
      url: system.databaseUrl,
      poolSize: 2,
      applicationName: 'drydock-bench',
    });
    this.#attempts = new PgAttemptStore(this.#database, new Sealer(randomBytes(32)));
    this.#sessions = new PgSessionStore(this.#database);
    this.#hints = new RedisEventHints({ url: system.redisUrl, prefix: system.redisPrefix, log: LOG });
  }

  async open(): Promise<void> {
    const about = { workerId: 'bench', bootNonce: '0', host: 'bench', version: '0', concurrency: 1 };
    await this.#sessions.open({ id: this.#sessionId, ...about });
    this.#heartbeat = setInterval(() => {
      void this.#sessions.heartbeat(this.#sessionId, { draining: false });
    }, HEARTBEAT_MS);
  }

  async task(): Promise<RunningTask> {
    await this.#system.client.submit(commandTask('https://example.com/a.git', 'true'));
    const claim = await this.#attempts.claimNext(this.#sessionId);
    if (claim === null) throw new Error('nothing to claim');
    const { taskId: id } = claim.fence;
    const [row] = await query(this.#system, 'SELECT "lastSeq" FROM "Task" WHERE "id" = $1', [id]);
    return { id, lastSeq: Number(row?.['lastSeq']), fence: claim.fence };
  }

  /** @returns when each event was sent to the database, in order. */
  async write({ id, fence }: RunningTask, perSecond: number, seconds: number): Promise<number[]> {
    const sentMs: number[] = [];
    const perBatch = (perSecond * BATCH_MS) / 1000;
    const beginMs = nowMs();
    for (let number = 1; sentMs.length < perSecond * seconds; number++) {
      const waitMs = beginMs + number * BATCH_MS - nowMs();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const at = new Date().toISOString();
      const payload = { phase: 'agent', stream: 'stdout', text: LINE } as const;
      const events: EventBatch['events'] = Array.from({ length: perBatch }, () => ({
        type: 'log',
        at,
        payload,
      }));
      const sentAt = nowMs();
      await this.#attempts.appendEvents(fence, { number, events });
      this.#hints.publish(fence.taskId);
      for (let i = 0; i < perBatch; i++) sentMs.push(sentAt);
    }
    const lateMs = nowMs() - beginMs - seconds * 1000;
    if (lateMs > 1_000) throw new Error(`events of ${id} were written ${String(lateMs)} ms late`);
    return sentMs;
  }

  async close(): Promise<void> {
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    await this.#hints.close();
    await this.#database.close();
  }
}
