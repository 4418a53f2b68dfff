import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, BUILT_IN_PRICES, type Scope, type TaskId } from '@drydock/domain';
import type { ArchiveInspector, TaskRules } from '@drydock/engine';
import {
  FakeApiKeyStore,
  FakeArtifactStore,
  FakeAuditLog,
  FakeEventLog,
  FakeInboundStore,
  FakeRepositoryStore,
  FakeTaskStore,
  FakeTeamStore,
  FakeWakeUps,
  FakeWebhookStore,
} from '@drydock/engine/testing';
import { ROOT } from '@drydock/testing';
import { createTelemetry } from '@drydock/observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiPorts, ApiSettings } from '../api-parts.ts';
import { createApp } from '../start/create-app.ts';
import { FakeOrders } from './fake-orders.ts';
import { signatureOf } from './signed-webhook.ts';

export const KEY = `dk_teamAkey1_${'a'.repeat(32)}`;
export const OTHER_TEAM_KEY = `dk_teamBkey1_${'b'.repeat(32)}`;
export const MAX_UPLOAD_BYTES = 64 * 1024;

const keyWith = (scope: Scope): string => `dk_only${scope.replace(/\W/g, '')}_${'c'.repeat(32)}`;
export const READ_KEY = keyWith('tasks:read');

const RULES: TaskRules = {
  allowPrivateHosts: new Set(),
  allowedImages: ['drydock/*'],
  allowFullNetwork: false,
  defaultModel: 'gpt-5-mini',
  hasModelUpstream: true,
  prices: BUILT_IN_PRICES,
  canDeliver: (url, hasOwnToken) =>
    !url.startsWith('https://github.com/') ? 'unknown_host' : hasOwnToken ? 'yes' : 'no_credential',
};

/** In place of the real one, which has its own spec: this one need not take the same time for every wrong signature. */
const fitsBody = async (raw: Uint8Array, signature: string): Promise<boolean> =>
  signature === signatureOf(raw);

/** Reads nothing: what a ZIP holds is the inspector's own spec. `refuse` plays its answer. */
export class FakeArchives implements ArchiveInspector {
  refuse: AppError | null = null;
  readonly inspected: string[] = [];

  async inspect(path: string): Promise<{ entries: number; unpackedBytes: number }> {
    this.inspected.push(path);
    if (this.refuse) throw this.refuse;
    return { entries: 1, unpackedBytes: 1 };
  }
}

const keysForSpecs = (): FakeApiKeyStore => {
  const keys = new FakeApiKeyStore();
  keys.add(KEY, 'team_a');
  keys.add(OTHER_TEAM_KEY, 'team_b');
  keys.add(READ_KEY, 'team_a', ['tasks:read']);
  return keys;
};

/** What specs look at in any answer; the rest by `toMatchObject`. */
export interface AnswerBody {
  readonly id: TaskId;
  readonly code: string;
  readonly status: string | number;
  readonly requestId: string;
  readonly source: object;
  readonly errors: readonly { pointer: string; code: string }[];
  readonly items: readonly { labels: object }[];
  readonly next: string | number | null;
}
export type Answer = Omit<Awaited<ReturnType<NestFastifyApplication['inject']>>, 'json'> & {
  json(): AnswerBody;
};

/** The api over fakes, with all that a spec wants to look at. */
export class ApiUnderTest {
  readonly tasks = new FakeTaskStore();
  readonly events = new FakeEventLog();
  readonly artifacts = new FakeArtifactStore();
  readonly wakeUps = new FakeWakeUps();
  readonly archives = new FakeArchives();
  readonly keys = keysForSpecs();
  readonly deliveries = new FakeOrders(this.tasks);
  readonly repositories = new FakeRepositoryStore();
  readonly webhookEndpoints = new FakeWebhookStore();
  readonly inbound = new FakeInboundStore();
  readonly audit = new FakeAuditLog();
  readonly teams = new FakeTeamStore(this.keys);
  readonly logged: string[] = [];
  readonly spoolDirectory = join(mkdtempSync(join(tmpdir(), 'dd-api-')), 'spool');
  isDatabaseAway = false;
  #app: NestFastifyApplication | null = null;

  static async start(
    rules: Partial<TaskRules> = {},
    settings: Partial<ApiSettings> = {},
    ports: Partial<ApiPorts> = {},
  ): Promise<ApiUnderTest> {
    const api = new ApiUnderTest();
    api.#app = await createApp(
      { ...api.#ports(), ...ports },
      {
        rules: { ...RULES, ...rules },
        version: '9.9.9',
        webDirectory: join(api.spoolDirectory, '..', 'no-pages'),
        viewerDirectory: join(ROOT, 'node_modules', 'swagger-ui-dist'),
        errorsDirectory: join(ROOT, 'docs', 'errors'),
        spoolDirectory: api.spoolDirectory,
        maxUploadBytes: MAX_UPLOAD_BYTES,
        requestsPerSecond: 0,
        ...settings,
        stalledReaderMs: 200,
      },
    );
    return api;
  }

  get app(): NestFastifyApplication {
    if (!this.#app) throw new Error('not started');
    return this.#app;
  }

  async stop(): Promise<void> {
    await this.app.close();
    rmSync(join(this.spoolDirectory, '..'), { recursive: true, force: true });
  }

  /** Base URL of a real socket, for what an injected request cannot show. */
  async listen(): Promise<string> {
    await this.app.listen(0, '127.0.0.1');
    return (await this.app.getUrl()).replace(/\/$/, '');
  }

  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    options: { body?: unknown; key?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { body, key = KEY, headers } = options;
    return this.app.inject({
      method,
      url,
      headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
      ...(body !== undefined && { payload: body as object }),
    });
  }

  #ports(): ApiPorts {
    const telemetry = createTelemetry({
      service: 'drydock-api',
      version: '9.9.9',
      instance: 'spec',
      level: 'info',
      secrets: [],
      write: (line) => this.logged.push(line),
    });
    return {
      tasks: this.tasks,
      deliveries: this.deliveries,
      repositories: this.repositories,
      inbound: this.inbound,
      webhookEndpoints: this.webhookEndpoints,
      audit: this.audit,
      webhooks: { verify: fitsBody, self: () => null },
      events: this.events,
      hints: this.events,
      apiKeys: this.keys,
      teams: this.teams,
      artifacts: this.artifacts,
      archives: this.archives,
      wakeUps: this.wakeUps,
      telemetry,
      log: telemetry.log,
      sessions: {
        workers: async () => [],
        queue: async () => ({ queued: 0, eligible: 0, running: 0, oldestQueuedSeconds: null, teams: [] }),
        ping: async () => {
          if (this.isDatabaseAway) throw new AppError('service_unavailable', 'PostgreSQL does not answer.');
        },
      },
    };
  }
}

export const GIT_TASK = {
  source: { git: { url: 'https://github.com/acme/shop.git' } },
  description: 'Fix the rounding bug',
};
