import { randomBytes } from 'node:crypto';
import type { SessionId } from '@drydock/domain';
import { ringOnce, type AttemptEnd } from '@drydock/engine';
import { connectDatabase, PgAttemptStore, PgSessionStore, Sealer } from '@drydock/persistence';
import { RedisWakeUps } from '@drydock/queue';
import { ownRedis } from '@drydock/testing';
import { Redis } from 'ioredis';
import { startSystem, type System } from '../../e2e/system/start-system.ts';
import { query } from '../../e2e/system/teams.ts';
import { ms, ratio, type Bench, type BenchRow } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { commandTask } from './sample-repository.ts';

const TASKS = 100_000;
const TEAMS = 50;
const ROUNDS = 400;
const MOST_RATIO = 1.5;
const TASK = commandTask('https://example.com/a.git', 'true');
const END: AttemptEnd = {
  outcome: 'no_changes',
  error: null,
  resultTree: null,
  diffstat: null,
  verify: [],
  artifacts: [],
  agentSeconds: 0,
};

/** The queue of a system as the api and a worker use it. */
class Side {
  readonly submitMs: number[] = [];
  readonly claimMs: number[] = [];
  readonly countMs: number[] = [];
  readonly #database;
  readonly #attempts;
  readonly #sessionId = `bench:${randomBytes(4).toString('hex')}` as SessionId;
  readonly sessions;

  constructor(readonly system: System) {
    this.#database = connectDatabase({
      url: system.databaseUrl,
      poolSize: 2,
      applicationName: 'drydock-bench',
    });
    this.#attempts = new PgAttemptStore(this.#database, new Sealer(randomBytes(32)));
    this.sessions = new PgSessionStore(this.#database);
  }

  async open(): Promise<void> {
    const about = { workerId: 'bench', bootNonce: '0', host: 'bench', version: '0', concurrency: 1 };
    await this.sessions.open({ id: this.#sessionId, ...about });
  }

  async round(): Promise<void> {
    await this.sessions.heartbeat(this.#sessionId, { draining: false });
    const begin = performance.now();
    const response = await this.system.client.post('/v1/tasks', TASK);
    await response.arrayBuffer();
    const submitted = performance.now();
    const claim = await this.#attempts.claimNext(this.#sessionId);
    const claimed = performance.now();
    await this.sessions.countEligible(100);
    const counted = performance.now();
    if (response.status !== 202 || claim === null) throw new Error('a submit or a claim went wrong');
    await this.#attempts.finish(claim.fence, END);
    this.submitMs.push(submitted - begin);
    this.claimMs.push(claimed - submitted);
    this.countMs.push(counted - claimed);
  }

  forget(): void {
    for (const figures of [this.submitMs, this.claimMs, this.countMs]) figures.length = 0;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** Copies of one submitted task, with priorities, ages and a tenth of them waiting for their time. */
const seed = async (system: System): Promise<void> => {
  await (await system.client.post('/v1/tasks', TASK)).arrayBuffer();
  await query(
    system,
    `INSERT INTO "Team" ("id", "name", "weight") SELECT 'team_' || n, n, 1 + n % 3 FROM generate_series(1, $1::int) n`,
    [TEAMS - 1],
  );
  await query(
    system,
    `INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "request", "schemaVersion", "priority", "maxAttempts",
        "labels", "imageName", "limits", "createdAt", "heldUntil")
      SELECT 'copy_' || n, team."id", t."createdBy", 'queued', t."request", t."schemaVersion", 1 + n % 9, 1, '{}',
        t."imageName", t."limits", now() - n * interval '10 milliseconds', CASE WHEN n % 10 = 0 THEN now() + interval '1 day' END
      FROM generate_series(1, $1::int) n
      JOIN (SELECT "id", row_number() OVER (ORDER BY "id") - 1 AS place FROM "Team") team ON team.place = n % $2::int
      CROSS JOIN "Task" t WHERE t."id" LIKE 'task_%'`,
    [TASKS, TEAMS],
  );
};

const compare = (
  what: string,
  aim: 'p50' | 'p99',
  { deep, empty }: Record<'deep' | 'empty', readonly number[]>,
): BenchRow => {
  const figures = [median(deep), quantile(deep, 0.99)] as const;
  const bare = [median(empty), quantile(empty, 0.99)] as const;
  const ratios = { p50: figures[0] / bare[0], p99: figures[1] / bare[1] };
  return {
    what: `${what}, ${TASKS.toLocaleString('en')} queued tasks of ${String(TEAMS)} teams (${String(ROUNDS)} rounds, alternating)`,
    measured: `p50 ${ms(figures[0])}, p99 ${ms(figures[1])}`,
    bare: `empty queue: p50 ${ms(bare[0])}, p99 ${ms(bare[1])}; ${ratio(figures[0], bare[0])}, ${ratio(figures[1], bare[1])}`,
    aim: `${aim} ≤ ${String(MOST_RATIO)} ×`,
    isMet: ratios[aim] <= MOST_RATIO,
  };
};

const usedBytes = async (redis: Redis): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);

/** Wake-ups of the whole queue, as the ringers of a fleet would send them. */
const ringMany = async (deep: Side): Promise<void> => {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const { redisUrl: url, redisPrefix: prefix } = deep.system;
  const wakeUps = new RedisWakeUps({ url, prefix, log });
  try {
    while (
      await wakeUps.ping().then(
        () => false,
        () => true,
      )
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    for (let i = 0; i < 10; i++) await ringOnce(deep.sessions, wakeUps);
  } finally {
    await wakeUps.close();
  }
};

const measure = async (deep: Side, empty: Side, redis: Redis): Promise<BenchRow[]> => {
  const before = await usedBytes(redis);
  await seed(deep.system);
  await ringMany(deep);
  const after = await usedBytes(redis);
  const sides = [deep, empty];
  for (const side of sides) await side.open();
  for (let round = 0; round < ROUNDS + 20; round++) {
    if (round === 20) for (const side of sides) side.forget();
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side.round();
  }
  const kib = (after - before) / 1024;
  return [
    compare('POST /v1/tasks', 'p99', { deep: deep.submitMs, empty: empty.submitMs }),
    compare('claim', 'p50', { deep: deep.claimMs, empty: empty.claimMs }),
    compare('count of eligible tasks for the ringer', 'p50', { deep: deep.countMs, empty: empty.countMs }),
    {
      what: `memory of Redis, wake-ups for ${TASKS.toLocaleString('en')} queued tasks`,
      measured: `+ ${kib.toFixed(0)} KiB`,
      bare: `${(before / 1024).toFixed(0)} KiB before`,
      aim: '< 1 MiB',
      isMet: kib < 1024,
    },
  ];
};

export const queueDepthBench: Bench = {
  name: 'queue-depth',
  run: async () => {
    const redis = await ownRedis();
    const connection = new Redis(redis.url);
    const options = { workers: 0, redisUrl: redis.url };
    const systems = [await startSystem(options), await startSystem(options)] as const;
    const [deep, empty] = [new Side(systems[0]), new Side(systems[1])];
    try {
      return await measure(deep, empty, connection);
    } finally {
      connection.disconnect();
      await Promise.all([deep.close(), empty.close()]);
      await Promise.all(systems.map((system) => system.stop()));
      await redis.stop();
    }
  },
};
