import { YauzlArchives } from '@drydock/archive';
import type { WorkerConfig } from '@drydock/config';
import type { LocateArea } from '@drydock/engine';
import { HttpWebhookSender, openGuardProxy, standardWebhookSigner, UnixGateway } from '@drydock/gateway';
import type { ProcessTelemetry, Tracing } from '@drydock/observability';
import {
  connectDatabase,
  PgAttemptStore,
  PgRetentionStore,
  PgSessionStore,
  PgWebhookOutbox,
  Sealer,
} from '@drydock/persistence';
import { RedisEventHints, RedisWakeUps } from '@drydock/queue';
import { FilesystemArtifactStore, FilesystemSpool, ProcOwners } from '@drydock/storage';
import { GitSources } from '@drydock/vcs';
import { join } from 'node:path';
import { locateIn } from './attempt-directories.ts';
import { openDeliveryAdapters } from './open-delivery-adapters.ts';
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
  const owners = new ProcOwners();
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
  const mirrorsDirectory = join(config.dataDirectory, 'mirrors');
  const archives = new YauzlArchives();
  const sources = new GitSources({
    locate,
    mirrorsDirectory,
    owners,
    guardProxyUrl: guardProxy.url,
    allowedPrivateHosts: config.policy.allowPrivateHosts,
    extractor: archives,
  });
  const sealer = new Sealer(config.secretKey);
  const attempts = new PgAttemptStore(database, sealer);
  const { deliveries, publisher, forge, repositories, cache, triggers } = openDeliveryAdapters(config, {
    ...{ database, sealer, owners, mirrorsDirectory, guardProxyUrl: guardProxy.url },
  });
  const artifacts = new FilesystemArtifactStore(join(config.dataDirectory, 'artifacts'), owners);
  const spool = new FilesystemSpool(locate);
  return {
    hostCpus,
    sessions,
    wakeUps,
    deliveries,
    publisher,
    triggers: { ...triggers, archives },
    webhooks: {
      outbox: new PgWebhookOutbox(database, sealer),
      sender: new HttpWebhookSender({ allowedPrivateHosts: config.policy.allowPrivateHosts }),
      signer: standardWebhookSigner,
    },
    retention: { store: new PgRetentionStore(database, config.database), cache },
    ports: {
      ...{ artifacts, attempts, forge, gateway, hints, repositories },
      ...{ sandboxes, sources, spool, telemetry, workspaces },
    },
    close: async (): Promise<void> => {
      await Promise.allSettled([gateway.close(), guardProxy.close(), wakeUps.close(), hints.close()]);
      await database.close();
    },
  };
};
export type WorkerAdapters = Awaited<ReturnType<typeof openAdapters>>;
