import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort, ROOT } from '@drydock/testing';
import type { ChaosSettings } from './settings.ts';
import type { Places } from './places.ts';
import { Slot } from './slot.ts';

const APIS = 2;
const CLOCK = join(ROOT, 'chaos', 'world', 'shifted-clock.mjs');

/** Ages and pauses of an installation, made so short that a run of minutes sees them pass. */
const SHORT_TIMES = {
  DRYDOCK_DRAIN_SECONDS: '5',
  DRYDOCK_RETENTION_EVERY_SECONDS: '4',
  // Longer than an api is ever frozen between the storing of a ZIP and the task's row.
  DRYDOCK_ORPHAN_GRACE_SECONDS: '15',
  DRYDOCK_LOG_LEVEL: 'info',
};

export interface Processes {
  readonly apis: readonly (Slot & { readonly url: string })[];
  readonly workers: readonly Slot[];
}

/** A place for each process of the installation, behind a network of its own; none is started yet. */
export const openProcesses = async (settings: ChaosSettings, places: Places): Promise<Processes> => {
  const shared = {
    ...SHORT_TIMES,
    DRYDOCK_DATA_DIR: places.dataDirectory,
    DRYDOCK_API_KEY: places.adminKey,
    DRYDOCK_SECRET_KEY: randomBytes(32).toString('base64'),
    DRYDOCK_ALLOW_PRIVATE_HOSTS: [places.gitUrl, places.codeHost.github.url]
      .map((url) => new URL(url).host)
      .join(','),
    ...places.codeHost.environment,
    DRYDOCK_WORKER_CONCURRENCY: '2',
    OPENAI_BASE_URL: places.modelUrl,
    OPENAI_API_KEY: places.providerKey,
    DRYDOCK_DEFAULT_MODEL: 'scripted',
  };
  const common = { databaseUrl: places.postgres.url, redisUrl: places.redis.url };
  const { bundles } = settings;
  const openApi = async (name: string) => {
    const port = String(await freePort());
    const slot = await Slot.open({
      app: 'api',
      name,
      env: { ...shared, PORT: port },
      options: { ...(bundles && { bundle: bundles.api }), logFile: places.logFile(name) },
      ...common,
    });
    return Object.assign(slot, { url: `http://127.0.0.1:${port}` });
  };
  const openWorker = (name: string) =>
    Slot.open({
      app: 'worker',
      name,
      env: { ...shared, DRYDOCK_WORKER_ID: name, CHAOS_CLOCK_FILE: places.clockFile(name) },
      options: {
        ...(bundles && { bundle: bundles.worker }),
        logFile: places.logFile(name),
        flags: ['--import', CLOCK],
      },
      ...common,
    });
  return {
    apis: await Promise.all(Array.from({ length: APIS }, (_, i) => openApi(`api-${String(i + 1)}`))),
    workers: await Promise.all(
      Array.from({ length: settings.workers }, (_, i) => openWorker(`worker-${String(i + 1)}`)),
    ),
  };
};
