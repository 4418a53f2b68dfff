import { YauzlArchives } from '@drydock/archive';
import type { WorkerConfig } from '@drydock/config';
import type { LocateArea } from '@drydock/engine';
import { openGuardProxy, UnixGateway } from '@drydock/gateway';
import type { ProcessTelemetry, Tracing } from '@drydock/observability';
import { connectDatabase, deleteExpired, PgAttemptStore, PgSessionStore, Sealer } from '@drydock/persistence';
import { RedisEventHints, RedisWakeUps } from '@drydock/queue';
import { FilesystemArtifactStore, FilesystemSpool } from '@drydock/storage';
import { GitSources } from '@drydock/vcs';
import { join } from 'node:path';
import { locateIn } from './attempt-directories.ts';
import { openSandboxes } from './open-sandboxes.ts';

const POOL_SIZE = 5;
const NO_UPSTREAM = { baseUrl: 'http://127.0.0.1:9', apiKey: null };

const openGateway = (config: WorkerConfig, locate: LocateArea, telemetry: ProcessTelemetry): UnixGateway =>
  new UnixGateway({
    upstreams: {
      openai: config.models.openai ?? NO_UPSTREAM,
      anthropic: config.models.anthropic ?? NO_UPSTREAM,
    },
    locate,
    prices: config.models.prices,
    allowedPrivateHosts: config.policy.allowPrivateHosts,
    log: telemetry.log,
  });

/** Every adapter of a worker, and the one way to close them all. */
export const openAdapters = async (config: WorkerConfig, telemetry: ProcessTelemetry, tracing: Tracing) => {
  const locate = locateIn(config.dataDirectory);
  const database = connectDatabase({
    url: config.database.url,
    poolSize: POOL_SIZE,
    applicationName: 'drydock-worker',
  });
  const sessions = new PgSessionStore(database);
  const redis = { ...config.redis, log: telemetry.log, telemetry: tracing.queueTelemetry };
  const [wakeUps, hints] = [new RedisWakeUps(redis), new RedisEventHints(redis)];
  const guardProxy = await openGuardProxy({
    allowedPrivateHosts: config.policy.allowPrivateHosts,
    log: telemetry.log,
  });
  const gateway = openGateway(config, locate, telemetry);
  const { hostCpus, sandboxes, workspaces } = await openSandboxes(config, {
    locate,
    instanceId: await sessions.instanceId(),
  });
  const archives = new YauzlArchives();
  const sources = new GitSources({
    locate,
    mirrorsDirectory: join(config.dataDirectory, 'mirrors'),
    guardProxyUrl: guardProxy.url,
    allowedPrivateHosts: config.policy.allowPrivateHosts,
    extractor: archives,
  });
  const attempts = new PgAttemptStore(database, new Sealer(config.secretKey));
  const artifacts = new FilesystemArtifactStore(join(config.dataDirectory, 'artifacts'));
  const spool = new FilesystemSpool(locate);
  return {
    hostCpus,
    sessions,
    wakeUps,
    deleteExpired: () => deleteExpired(database),
    ports: { artifacts, attempts, gateway, hints, sandboxes, sources, spool, telemetry, workspaces },
    close: async (): Promise<void> => {
      await Promise.allSettled([gateway.close(), guardProxy.close(), wakeUps.close(), hints.close()]);
      await database.close();
    },
  };
};
export type WorkerAdapters = Awaited<ReturnType<typeof openAdapters>>;
