import { hostname } from 'node:os';
import { join } from 'node:path';
import { YauzlArchives } from '@drydock/archive';
import { secretsOfGithub, taskPolicyOf, type ApiConfig } from '@drydock/config';
import type { Log } from '@drydock/engine';
import { createTelemetry, startTracing, type ProcessTelemetry } from '@drydock/observability';
import {
  connectDatabase,
  missingSchema,
  PgApiKeyStore,
  PgAuditLog,
  PgDeliveryStore,
  PgEventLog,
  PgInboundStore,
  PgRepositoryStore,
  PgSessionStore,
  PgTaskStore,
  PgTeamStore,
  PgWebhookStore,
  Sealer,
  type MissingSchema,
} from '@drydock/persistence';
import { RedisEventHints, RedisWakeUps } from '@drydock/queue';
import { FilesystemArtifactStore, ProcOwners } from '@drydock/storage';
import type { ApiPorts, ApiSettings } from '../api-parts.ts';
import { forgeParts } from './forge-parts.ts';
import type { OwnLogin } from './own-login.ts';

const POOL_SIZE = 10;
/** A reader on a bad line that takes 64 KiB in this time is kept; EventSource clients come back a second after a cut. */
const STALLED_READER_MS = 15_000;

export interface OpenAdapters {
  readonly ports: ApiPorts;
  /** To be learnt; null: nobody asks for it. */
  readonly ownLogin: OwnLogin | null;
  /** What the database lacks for this version, or null. */
  readonly missingSchema: () => Promise<MissingSchema | null>;
  /** Ends every connection; one that hangs does not keep the others. */
  readonly close: () => Promise<void>;
}

const secretsOf = (config: ApiConfig): string[] =>
  [
    config.models.openai?.apiKey,
    config.models.anthropic?.apiKey,
    config.firstKey,
    ...secretsOfGithub(config.github),
  ].filter((secret) => typeof secret === 'string');

/** Opens nothing that must answer: the api starts without PostgreSQL and Redis, and is ready when the first answers. */
export const openAdapters = async (config: ApiConfig): Promise<OpenAdapters> => {
  const identity = {
    service: 'drydock-api',
    version: config.version,
    instance: `${hostname()}:${String(process.pid)}`,
  };
  const tracing = await startTracing({ isOn: config.telemetry.tracing, ...identity });
  const telemetry: ProcessTelemetry = createTelemetry({
    ...identity,
    level: config.telemetry.logLevel,
    secrets: secretsOf(config),
  });
  const log: Log = telemetry.log;
  const database = connectDatabase({
    url: config.database.url,
    poolSize: POOL_SIZE,
    applicationName: 'drydock-api',
  });
  const redis = { ...config.redis, log, telemetry: tracing.queueTelemetry };
  const hints = new RedisEventHints(redis);
  const wakeUps = new RedisWakeUps(redis);
  const sealer = new Sealer(config.secretKey);
  const sessions = new PgSessionStore(database);
  telemetry.onScrape(() => sessions.queue());
  const { webhooks, ownLogin } = forgeParts(config.github);
  return {
    ownLogin,
    ports: {
      tasks: new PgTaskStore(database, sealer),
      deliveries: new PgDeliveryStore(database, sealer),
      repositories: new PgRepositoryStore(database),
      webhookEndpoints: new PgWebhookStore(database, sealer),
      inbound: new PgInboundStore(database),
      audit: new PgAuditLog(database),
      webhooks,
      events: new PgEventLog(database),
      apiKeys: new PgApiKeyStore(database),
      teams: new PgTeamStore(database),
      artifacts: new FilesystemArtifactStore(join(config.dataDirectory, 'artifacts'), new ProcOwners()),
      archives: new YauzlArchives(),
      sessions,
      hints,
      wakeUps,
      telemetry,
      log,
    },
    missingSchema: () => missingSchema(database, config.database.url),
    close: async () => {
      await Promise.allSettled([hints.close(), wakeUps.close(), database.close(), tracing.shutdown()]);
    },
  };
};

export const settingsOf = (config: ApiConfig): ApiSettings => ({
  version: config.version,
  webDirectory: config.webDirectory,
  viewerDirectory: config.viewerDirectory,
  errorsDirectory: config.errorsDirectory,
  spoolDirectory: join(config.dataDirectory, 'spool'),
  maxUploadBytes: config.http.maxUploadBytes,
  requestsPerSecond: config.http.requestsPerSecond,
  stalledReaderMs: STALLED_READER_MS,
  rules: { ...taskPolicyOf(config), canDeliver: forgeParts(config.github).canDeliver },
});
