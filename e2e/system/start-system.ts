import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import {
  eventually,
  freePort,
  freshDatabase,
  ROOT,
  startGitServer,
  startScriptedModel,
  testServices,
} from '@drydock/testing';
import type { ScriptInput, TestGithub } from '@drydock/testing';
import { AppProcess, type AppOptions } from './app-process.ts';
import { Client } from './client.ts';
import { nameInstallation, removeContainersOf } from './installation-note.ts';

export interface SystemOptions {
  readonly workers?: number;
  readonly concurrency?: number;
  /** Played by the model; without one, tasks use the harness `command`. */
  readonly script?: string | ScriptInput;
  readonly env?: Readonly<Record<string, string>>;
  readonly redisUrl?: string;
  /** The code host that pull requests are opened at; without one, nothing asks for any. */
  readonly github?: TestGithub;
  /** `host:port` that sources and egress may reach besides the git server. */
  readonly allowPrivateHosts?: readonly string[];
  /** An existing folder: `api.log` and `worker.log` there get all that the processes say. */
  readonly logDirectory?: string;
}

/** A whole Drydock of its own: database, Redis prefix, data directory, git server, api and workers. */
export interface System {
  readonly url: string;
  readonly client: Client;
  readonly apiKey: string;
  readonly dataDirectory: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  /** Folder whose repositories `gitUrl/<name>.git` serves. */
  readonly gitRoot: string;
  readonly gitUrl: string;
  /** The one that was started last. */
  readonly api: AppProcess;
  readonly workers: AppProcess[];
  readonly providerKey: string;
  /** From the start of the first api's process until it was ready. */
  readonly apiReadyMs: number;
  /** What the api was started with, its port included. */
  readonly apiEnvironment: Readonly<Record<string, string>>;
  /**
   * Another api, in the place of one that has ended, or beside it at another `PORT`. Resolves when it is ready.
   * @param more - environment variables of this one alone; undefined takes one away.
   */
  startApi(more?: Readonly<Record<string, string | undefined>>): Promise<AppProcess>;
  /** @param more - environment variables of this worker alone. */
  startWorker(more?: Readonly<Record<string, string>>): Promise<AppProcess>;
  stop(): Promise<void>;
}

const NOTHING_TO_SAY = { turns: [{ reply: 'Nothing to do.' }] };

const letters = (bytes: number): string => randomBytes(bytes).toString('hex');

const waitReady = (api: AppProcess, port: string): Promise<unknown> =>
  eventually(
    async () => {
      if (api.hasExited) throw new Error(`the api ended: ${api.output}`);
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return response.ok;
    },
    { timeoutMs: 90_000 },
  );

const waitWorkers = (client: Client, wanted: number, workers: readonly AppProcess[]): Promise<unknown> =>
  eventually(
    async () => {
      const dead = workers.find((worker) => worker.hasExited);
      const response = await client.request('/v1/workers');
      const body = (await response.json()) as { items?: { live: boolean }[] };
      const live = body.items?.filter((worker) => worker.live).length ?? 0;
      if (live < wanted) throw new Error(`live workers: ${String(live)}; ${dead ? dead.output : ''}`);
      return true;
    },
    { timeoutMs: 90_000 },
  );

const PREFIX = 'e2e-';
/** No spec runs this long: what is older was left behind by a killed run. */
const LEFT_OVER_AFTER_MS = 3_600_000;

const dropLeftOvers = async (parent: string): Promise<void> => {
  for (const name of (await readdir(parent)).filter((entry) => entry.startsWith(PREFIX))) {
    const directory = join(parent, name);
    const found = await stat(directory).catch(() => null); // another spec may be faster
    if (found === null || Date.now() - found.mtimeMs < LEFT_OVER_AFTER_MS) continue;
    await removeContainersOf(directory);
    await rm(directory, { recursive: true, force: true });
  }
};

/** The sandbox runtime is the same for every instance: only the pointer to it is copied. */
const makeDataDirectory = async (): Promise<string> => {
  const main = resolve(ROOT, process.env['DRYDOCK_DATA_DIR'] ?? '.data');
  const parent = join(ROOT, '.data');
  await mkdir(parent, { recursive: true });
  await dropLeftOvers(parent);
  const directory = await mkdtemp(join(parent, PREFIX));
  await mkdir(join(directory, 'runtime'));
  await copyFile(join(main, 'runtime', 'current.json'), join(directory, 'runtime', 'current.json'));
  return directory;
};

/** What an installation stands on, all of it its own. */
const openSurroundings = async (options: SystemOptions) => {
  const [database, dataDirectory] = await Promise.all([freshDatabase(), makeDataDirectory()]);
  await nameInstallation(dataDirectory, database.url);
  const gitRoot = join(dataDirectory, 'git-server');
  await mkdir(gitRoot);
  const git = await startGitServer({ root: gitRoot });
  const providerKey = `sk-canary-${letters(12)}`;
  const model = await startScriptedModel({ script: options.script ?? NOTHING_TO_SAY, apiKey: providerKey });
  return {
    places: {
      dataDirectory,
      databaseUrl: database.url,
      redisUrl: options.redisUrl ?? testServices().redisUrl,
      redisPrefix: `e2e-${letters(6)}`,
      gitRoot,
      gitUrl: git.url,
      providerKey,
      apiKey: `dk_${letters(8)}_${letters(24)}`,
    },
    modelUrl: model.url,
    close: async (): Promise<void> => {
      await Promise.all([git.close(), model.close()]);
      await database.drop();
      await removeContainersOf(dataDirectory);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
};
type Surroundings = Awaited<ReturnType<typeof openSurroundings>>;

const privateHosts = ({ github, allowPrivateHosts = [] }: SystemOptions, gitUrl: string): string => {
  const urls = github === undefined ? [gitUrl] : [gitUrl, github.url];
  return [...urls.map((url) => new URL(url).host), ...allowPrivateHosts].join(',');
};

const environmentOf = (
  options: SystemOptions,
  { places, modelUrl }: Surroundings,
): Record<string, string> => ({
  DATABASE_URL: places.databaseUrl,
  REDIS_URL: places.redisUrl,
  DRYDOCK_REDIS_PREFIX: places.redisPrefix,
  DRYDOCK_DATA_DIR: places.dataDirectory,
  DRYDOCK_API_KEY: places.apiKey,
  DRYDOCK_SECRET_KEY: randomBytes(32).toString('base64'),
  DRYDOCK_ALLOW_PRIVATE_HOSTS: privateHosts(options, places.gitUrl),
  DRYDOCK_WORKER_CONCURRENCY: String(options.concurrency ?? 2),
  DRYDOCK_DRAIN_SECONDS: '5',
  OPENAI_BASE_URL: modelUrl,
  OPENAI_API_KEY: places.providerKey,
  DRYDOCK_DEFAULT_MODEL: 'scripted',
  ...(options.github && { GITHUB_API_URL: options.github.url }),
  ...options.env,
});

const logTo = ({ logDirectory }: SystemOptions, app: 'api' | 'worker'): AppOptions =>
  logDirectory === undefined ? {} : { logFile: join(logDirectory, `${app}.log`) };

/** A whole installation of its own: fresh database, data directory, git server and model, an api and workers. */
export const startSystem = async (options: SystemOptions = {}): Promise<System> => {
  const surroundings = await openSurroundings(options);
  const { places } = surroundings;
  const env = environmentOf(options, surroundings);
  const PORT = String(await freePort());
  const url = `http://127.0.0.1:${PORT}`;
  const client = new Client(url, places.apiKey);
  const apiEnvironment = { ...env, PORT };
  const apis: AppProcess[] = [];
  const workers: AppProcess[] = [];
  const startApi: System['startApi'] = async (more = {}) => {
    const api = new AppProcess('api', { ...apiEnvironment, ...more }, logTo(options, 'api'));
    apis.push(api);
    await waitReady(api, more['PORT'] ?? PORT);
    return api;
  };
  const startWorker: System['startWorker'] = async (more = {}) => {
    const worker = new AppProcess('worker', { ...env, ...more }, logTo(options, 'worker'));
    workers.push(worker);
    await waitWorkers(client, workers.filter((each) => !each.hasExited).length, workers);
    return worker;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
    try {
      await Promise.all(apis.map((api) => api.stop()));
    } finally {
      await surroundings.close();
    }
  };
  try {
    const startedAt = performance.now();
    await startApi();
    const apiReadyMs = performance.now() - startedAt;
    for (let i = 0; i < (options.workers ?? 1); i++) await startWorker();
    return {
      ...{ ...places, url, client, workers, apiReadyMs, apiEnvironment, startApi, startWorker, stop },
      get api() {
        return apis.at(-1)!;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
