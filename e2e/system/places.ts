import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { Redis } from 'ioredis';
import type { System } from './start-system.ts';
import { query } from './teams.ts';

/** Places of a system that are searched for what must not be there. */

/** Every row of every table as text; bytes are in it as hex. */
export const databaseText = async (system: System): Promise<string> => {
  const tables = await query(system, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  const texts = tables.map(async ({ tablename }) => {
    const table = `"${String(tablename)}"`;
    const rows = await query(system, `SELECT t::text AS row FROM ${table} t`);
    return [table, ...rows.map(({ row }) => String(row))].join('\n');
  });
  return (await Promise.all(texts)).join('\n');
};

const valueOf = async (redis: Redis, key: string): Promise<unknown> => {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    default:
      return redis.xrange(key, '-', '+');
  }
};

/** What base64 makes of a text that stands somewhere inside of another one, such as a token after its user name. */
export const base64Inside = (text: string): string[] =>
  [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${'x'.repeat(offset)}${text}`).toString('base64');
    // The letters at both ends have bits of what stands beside the text
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });

/** Every key of the system's prefix with its value. */
export const redisText = async (system: System): Promise<{ keys: number; text: string }> => {
  const redis = new Redis(system.redisUrl);
  try {
    const keys = await redis.keys(`*${system.redisPrefix}*`);
    const values = await Promise.all(keys.map(async (key) => [key, await valueOf(redis, key)]));
    return { keys: keys.length, text: JSON.stringify(values) };
  } finally {
    redis.disconnect();
  }
};

/** Names and bytes of all files in the data directory, the repositories that the test itself serves left out. */
export const filesText = async (system: System): Promise<{ names: string[]; text: Buffer }> => {
  const entries = await readdir(system.dataDirectory, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => !name.startsWith(system.gitRoot));
  const contents = await Promise.all(names.map((name) => readFile(name).catch(() => Buffer.alloc(0))));
  return { names, text: Buffer.concat([Buffer.from(names.join('\n')), ...contents]) };
};

/** A process as the kernel shows it: its arguments and its environment, each text ended by a NUL. */
export interface SeenProcess {
  readonly command: string;
  readonly environment: string;
}

/** Whether this is the git that a worker starts to talk to a source, or what that has started: these alone are told the credential. */
export const isGitOnline = (command: string): boolean =>
  command.includes('\0--git-dir=')
    ? /\0(?:fetch|ls-remote|push)\0/.test(command)
    : /^(?:[^\0]*\/)?git(?:-[a-z-]+)?\0/.test(command);

export const environmentsOf = (processes: readonly SeenProcess[]): string =>
  processes.map(({ environment }) => environment).join('\n');

export interface HostWatch {
  /** Has every process that runs at this moment among those that were seen. */
  look(): Promise<void>;
  /** All that was seen until now. */
  stop(): Promise<{ containers: string; processes: readonly SeenProcess[] }>;
}

const docker = new Docker();
const PAUSE_MS = 20;

const ofProcess = (pid: string, file: 'cmdline' | 'environ'): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');

/** Those that were not seen yet; `seen` is told of them. */
const lookAtProcesses = async (seen: Map<string, SeenProcess>): Promise<void> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const look = async (pid: string): Promise<void> => {
    const command = await ofProcess(pid, 'cmdline');
    const key = `${pid} ${command}`;
    if (command === '' || seen.has(key)) return;
    const environment = await ofProcess(pid, 'environ');
    // Else it became another program in between, and the two do not belong together
    if ((await ofProcess(pid, 'cmdline')) === command) seen.set(key, { command, environment });
  };
  await Promise.all(pids.map(look));
};

const descriptions = async (): Promise<string[]> => {
  const containers = await docker.listContainers({ filters: { label: ['drydock.task'] } });
  const described = containers.map(({ Id }) => docker.getContainer(Id).inspect());
  return Promise.all(described.map((each) => each.then(JSON.stringify, () => '')));
};

const repeat = async (look: () => Promise<void>, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await look();
    await delay(PAUSE_MS);
  }
};

/**
 * Samples every process of the host, and the description of every sandbox, until it is stopped. What lives for less than a
 * second may end unseen on a busy machine: a test that needs it holds it up, and has a look meanwhile.
 */
export const watchHost = (): HostWatch => {
  const seen = { containers: new Set<string>(), processes: new Map<string, SeenProcess>() };
  const stopping = new AbortController();
  const look = (): Promise<void> => lookAtProcesses(seen.processes);
  const lookAtContainers = async (): Promise<void> => {
    for (const description of await descriptions()) seen.containers.add(description);
  };
  // Each at its own pace: the engine may be slow.
  const sampling = Promise.all([look, lookAtContainers].map((one) => repeat(one, stopping.signal)));
  return {
    look,
    stop: async () => {
      stopping.abort();
      await sampling;
      return { containers: [...seen.containers].join('\n'), processes: [...seen.processes.values()] };
    },
  };
};
