import { JOBS, type JobName, type QueueName } from '@drydock/contracts';
import { AppError } from '@drydock/domain';
import type { WakeUps } from '@drydock/engine';
import { Queue } from 'bullmq';
import { ReplyError, type Redis } from 'ioredis';
import { PRODUCER_TIMEOUT_MS } from './connection-options.ts';
import { closeRedis, openRedis, type RedisSettings } from './redis-settings.ts';

/** Wake-ups that wait at most, however many tasks do: Redis stays small, and no slot is ever short of one. */
const WINDOW = 100;
const PING_TIMEOUT_MS = 1_000;
/** The key that a ping writes goes by itself. */
const PING_KEY_SECONDS = 60;
/** After a command got no answer, the next ones are not even tried for this long. */
const REST_MS = 1_000;

const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true };

const jobOf = (queue: QueueName): JobName => {
  const found = (Object.keys(JOBS) as JobName[]).find((name) => JOBS[name].queue === queue);
  if (found === undefined) throw new AppError('job_handlers_wrong', `No job is kept in the queue ${queue}.`);
  return found;
};

const within = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`no answer within ${String(timeoutMs)} ms`));
  }, timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** Wake-ups as BullMQ jobs. Never throws and never waits for a Redis that is away: the ringer makes up for it. */
export class RedisWakeUps implements WakeUps {
  readonly #settings: RedisSettings;
  readonly #redis: Redis;
  readonly #queues = new Map<QueueName, Queue>();
  #restUntilMs = 0;
  #isRefusing = false;

  constructor(settings: RedisSettings) {
    this.#settings = settings;
    this.#redis = openRedis(settings, 'producer');
  }

  async ring(queue: QueueName): Promise<void> {
    await this.#bestEffort(async () => {
      // A crowd of submits without a free worker must not fill Redis: enough wake-ups wait already.
      if ((await this.#queue(queue).getWaitingCount()) >= WINDOW) return;
      await this.#queue(queue).add(jobOf(queue), { v: 1 }, JOB_OPTIONS);
    });
  }

  async topUp(queue: QueueName, target: number): Promise<void> {
    await this.#bestEffort(async () => {
      const missing = Math.min(target, WINDOW) - (await this.#queue(queue).getWaitingCount());
      if (missing <= 0) return;
      const job = { name: jobOf(queue), data: { v: 1 }, opts: JOB_OPTIONS };
      await this.#queue(queue).addBulk(Array.from({ length: missing }, () => ({ ...job })));
    });
  }

  /** Throws too when Redis answers and takes no writes: then it is of no use to us. */
  async ping(): Promise<void> {
    try {
      if (this.#redis.status !== 'ready') throw new Error(`the connection is ${this.#redis.status}`);
      // A write: a Redis whose memory is full, or that became a replica, still answers PING.
      const key = `${this.#settings.prefix}:ping`;
      await within(this.#redis.set(key, '1', 'EX', PING_KEY_SECONDS), PING_TIMEOUT_MS);
    } catch (cause) {
      const detail = 'Redis does not take wake-ups. Queued tasks wait until it does.';
      throw new AppError('service_unavailable', detail, { cause });
    }
  }

  /** Wake-ups that wait for a slot; for metrics. Throws `service_unavailable`. */
  async waiting(queue: QueueName): Promise<number> {
    await this.ping();
    return this.#queue(queue).getWaitingCount();
  }

  async close(): Promise<void> {
    await Promise.allSettled(
      [...this.#queues.values()].map((queue) => within(queue.close(), PRODUCER_TIMEOUT_MS)),
    );
    closeRedis(this.#redis);
  }

  async #bestEffort(work: () => Promise<unknown>): Promise<void> {
    if (this.#redis.status !== 'ready' || performance.now() < this.#restUntilMs) return;
    try {
      await within(work(), PRODUCER_TIMEOUT_MS);
      this.#took();
    } catch (error) {
      this.#restUntilMs = performance.now() + REST_MS;
      this.#refused(error);
    }
  }

  #took(): void {
    if (this.#isRefusing) this.#settings.log.info({}, 'Redis takes wake-ups again');
    this.#isRefusing = false;
  }

  /** Said once. A connection that breaks is spoken of by its own listener. */
  #refused(error: unknown): void {
    const { log } = this.#settings;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof ReplyError && !this.#isRefusing) {
      this.#isRefusing = true;
      log.warn({ reason }, 'Redis refuses wake-ups; queued tasks wait');
    } else log.debug({ reason }, 'a wake-up was not sent');
  }

  /** Made on first use, when Redis is known to answer: a queue asks for the server's version as it is made. */
  #queue(name: QueueName): Queue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const { prefix, telemetry } = this.#settings;
    const queue = new Queue(name, { connection: this.#redis, prefix, ...(telemetry && { telemetry }) });
    // The connection's own listener speaks of outages already.
    queue.on('error', () => undefined);
    this.#queues.set(name, queue);
    return queue;
  }
}
