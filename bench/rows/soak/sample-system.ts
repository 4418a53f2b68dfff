import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import type { Client as Database } from 'pg';
import type { AppProcess } from '../../../e2e/system/app-process.ts';
import { InspectedProcess } from '../../../e2e/system/inspected-process.ts';
import type { System } from '../../../e2e/system/start-system.ts';

/** Figure → value. */
export type Sample = Readonly<Record<string, number>>;

const MIB = 1024 ** 2;

export interface Watched {
  readonly name: string;
  readonly process: AppProcess;
  readonly inspected: InspectedProcess;
}

/** The processes of a system, which were started with `INSPECTABLE`. */
export const processesOf = (system: System): Promise<Watched[]> =>
  Promise.all(
    [
      { name: 'api', process: system.api },
      ...system.workers.map((process, i) => ({
        name: `worker ${String(i + 1)}`,
        process,
      })),
    ].map(async (each) => ({ ...each, inspected: await InspectedProcess.of(each.process) })),
  );

/**
 * Memory is read after a full collection: what nobody needs any more is garbage and no growth, however long it takes Node,
 * which has memory enough, to look for it.
 */
const ofProcess = async ({ name, process, inspected }: Watched): Promise<Sample> => {
  const held = await inspected.heldBytes();
  const status = await readFile(`/proc/${String(process.pid)}/status`, 'utf8');
  const handles = await readdir(`/proc/${String(process.pid)}/fd`);
  return {
    [`${name}: RSS, MB`]: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024,
    [`${name}: heap and buffers held, MB`]: held / MIB,
    [`${name}: handles`]: handles.length,
  };
};

const connections = async (database: Database): Promise<Sample> => {
  const { rows } = await database.query<{ name: string; n: string }>(
    `SELECT application_name AS name, count(*) AS n FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1`,
  );
  const of = (name: string): number => Number(rows.find((row) => row.name === name)?.n ?? 0);
  return {
    'PostgreSQL connections: api': of('drydock-api'),
    'PostgreSQL connections: workers': of('drydock-worker'),
    'PostgreSQL connections: others': rows
      .filter(({ name }) => name !== 'drydock-api' && name !== 'drydock-worker')
      .reduce((sum, { n }) => sum + Number(n), 0),
  };
};

/** The database of Redis is the system's alone, which tells its clients and keys from those of others. */
const redisFigures = async (redis: Redis): Promise<Sample> => {
  const clients = String(await redis.client('LIST')).split('\n');
  const own = `db=${String(redis.options.db)} `;
  return {
    'Redis connections': clients.filter((line) => line.includes(own) && /name=drydock-/.test(line)).length,
    'Redis keys': await redis.dbsize(),
  };
};

const rows = async (database: Database): Promise<Sample> => {
  const { rows: found } = await database.query<Record<string, string>>(
    `SELECT (SELECT count(*) FROM "Task") AS tasks,
            (SELECT count(*) FROM "TaskEvent" WHERE type <> 'log') AS events,
            (SELECT count(*) FROM "TaskEvent" WHERE type = 'log') AS logs,
            (SELECT count(*) FROM "Artifact") AS artifacts,
            (SELECT count(*) FROM "WorkerSession") AS sessions,
            (SELECT count(*) FROM "Task" WHERE status IN ('queued', 'running')) AS live`,
  );
  const of = (name: string): number => Number(found[0]?.[name]);
  return {
    'rows: tasks': of('tasks'),
    'rows: events but logs': of('events'),
    'rows: log events': of('logs'),
    'rows: artifacts': of('artifacts'),
    'rows: sessions': of('sessions'),
    'tasks queued or running': of('live'),
  };
};

/** Megabytes below the directory, without the repositories that the measurement itself serves. */
const diskMb = (directory: string): Promise<number> =>
  new Promise((resolve) => {
    // Exits with 1 when a file goes while it looks; its sum is right all the same
    execFile('du', ['-s', '-B1', '--exclude=git-server', directory], (_error, stdout) => {
      resolve(Number.parseInt(stdout, 10) / MIB);
    });
  });

/** Everything that might grow, now. */
export const takeSample = async (
  system: System,
  watched: readonly Watched[],
  services: { database: Database; redis: Redis },
): Promise<Sample> => {
  const parts = await Promise.all([
    ...watched.map(ofProcess),
    connections(services.database),
    rows(services.database),
    redisFigures(services.redis),
    diskMb(system.dataDirectory).then((mb) => ({ 'disk of the data directory, MB': mb })),
  ]);
  return Object.assign({}, ...parts) as Sample;
};
