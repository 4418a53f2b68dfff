import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadApiConfig } from './load-api-config.ts';
import { loadWorkerConfig } from './load-worker-config.ts';
import { withDotEnv, type Environment } from './read-environment.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
let directory: string;
let base: Record<string, string>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dd-config-'));
  base = { DRYDOCK_DATA_DIR: directory, DATABASE_URL: 'postgres://u:p@db/x', REDIS_URL: 'redis://:p@r:1' };
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const messageOf = (load: (env: Environment) => unknown, env: Environment): string => {
  try {
    load(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it loaded');
};

describe('loadApiConfig', () => {
  it('fills in the defaults of the design', () => {
    expect(loadApiConfig(base)).toMatchObject({
      http: {
        port: 8080,
        host: '127.0.0.1',
        publicUrl: null,
        requestsPerSecond: 500,
        maxUploadBytes: 512 * 1024 ** 2,
      },
      redis: { prefix: 'drydock' },
      policy: { allowedImages: ['drydock/*'], allowFullNetwork: false },
      models: { defaultModel: null, openai: null, anthropic: null },
      telemetry: { logLevel: 'info', tracing: false },
      firstKey: null,
      isProduction: false,
    });
  });

  it('names every wrong variable with its rule and no value, in one message', () => {
    const bad = { PORT: 'hunter2', DATABASE_URL: 'mysql://hunter2', DRYDOCK_API_KEY: 'dk_hunter2' };
    const worse = {
      DRYDOCK_SECRET_KEY: 'hunter2',
      DRYDOCK_LOG_LEVEL: 'hunter2',
      DRYDOCK_ALLOW_FULL_NETWORK: 'hunter2',
    };
    const message = messageOf(loadApiConfig, { ...base, ...bad, ...worse, OPENAI_API_KEY: 'hunter2' });
    const named = [...Object.keys({ ...bad, ...worse }), 'DRYDOCK_DEFAULT_MODEL'];
    for (const variable of named)
      expect(message).toMatch(new RegExp(`^  ${variable}: (must|is needed)`, 'm'));
    expect(message).not.toContain('hunter2');
    expect(message.split('\n')).toHaveLength(named.length + 1);
  });

  it.each([
    ['PORT', '65536'],
    ['DRYDOCK_MAX_UPLOAD_MB', '0'],
    ['DRYDOCK_REDIS_PREFIX', 'a:b'],
    ['DRYDOCK_ALLOW_PRIVATE_HOSTS', 'http://x'],
    ['DRYDOCK_ALLOWED_IMAGES', ','],
    ['OPENAI_BASE_URL', 'localhost:11434'],
    ['DRYDOCK_PUBLIC_URL', 'ftp://x'],
    ['DRYDOCK_MODEL_PRICES', '/nowhere/prices.json'],
  ])('refuses %s=%s', (variable, value) => {
    expect(messageOf(loadApiConfig, { ...base, [variable]: value })).toContain(`\n  ${variable}: must`);
  });

  it('takes the addresses that set-up wrote when none are given', () => {
    writeFileSync(
      join(directory, 'services.json'),
      '{"databaseUrl":"postgresql://d/1","redisUrl":"redis://r:2"}',
    );
    const config = loadApiConfig({ DRYDOCK_DATA_DIR: directory });
    expect([config.database.url, config.redis.url]).toEqual(['postgresql://d/1', 'redis://r:2']);
  });

  it('says what to run when there are neither addresses nor set-up', () => {
    const message = messageOf(loadApiConfig, { DRYDOCK_DATA_DIR: directory });
    expect(message).toMatch(/DATABASE_URL: is not set.*npm run services[^]*REDIS_URL: is not set/);
  });

  it('makes one secret key and keeps it for the owner only', () => {
    const [first, second] = [loadApiConfig(base).secretKey, loadApiConfig(base).secretKey];
    expect(first).toHaveLength(32);
    expect(second).toEqual(first);
    expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
  });

  it('asks for the secret key in production and makes none', () => {
    const env = { ...base, NODE_ENV: 'production' };
    expect(messageOf(loadApiConfig, env)).toContain('DRYDOCK_SECRET_KEY: is required');
    expect(() => readFileSync(join(directory, 'secret.key'))).toThrow();
    expect(loadApiConfig({ ...env, DRYDOCK_SECRET_KEY: KEY }).secretKey).toEqual(Buffer.alloc(32, 7));
  });

  it('takes a local model server without a key, and private hosts as the domain compares them', () => {
    const config = loadApiConfig({
      ...base,
      OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1/',
      DRYDOCK_ALLOW_PRIVATE_HOSTS: 'Git.local:3000, [::1]:80',
    });
    expect(config.models.openai).toEqual({ baseUrl: 'http://127.0.0.1:11434/v1', apiKey: null });
    expect([...config.policy.allowPrivateHosts]).toEqual(['git.local:3000', '::1:80']);
  });

  it("puts the operator's prices in front", () => {
    const file = join(directory, 'prices.json');
    writeFileSync(file, '[{"model":"mine","inputUsd":1,"cachedUsd":0.1,"outputUsd":2}]');
    const { prices } = loadApiConfig({ ...base, DRYDOCK_MODEL_PRICES: file }).models;
    expect(prices[0]).toMatchObject({ model: 'mine', outputUsd: 2 });
    expect(prices.length).toBeGreaterThan(1);
  });
});

describe('loadWorkerConfig', () => {
  const writeTree = (tree: object): void => {
    mkdirSync(join(directory, 'runtime'));
    writeFileSync(join(directory, 'runtime', 'current.json'), JSON.stringify(tree));
  };

  it('has defaults, an id of its own each time, and the runtime tree of set-up', () => {
    writeTree({ directory, arch: process.arch, argv: ['/opt/drydock/bin/node'] });
    const config = loadWorkerConfig(base);
    expect(config).toMatchObject({
      worker: { concurrency: 2, port: 0, drainSeconds: 60 },
      sandbox: { workspace: 'dir', runtime: 'runc', dockerSocket: null },
      runtimeTree: { directory },
    });
    expect(loadWorkerConfig(base).worker.id).not.toBe(config.worker.id);
  });

  it('refuses another architecture, a remote engine and an unknown runtime together', () => {
    writeTree({ directory, arch: 'sparc', argv: ['x'] });
    const message = messageOf(loadWorkerConfig, {
      ...base,
      DOCKER_HOST: 'tcp://x:1',
      DRYDOCK_SANDBOX_RUNTIME: 'kata',
    });
    expect(message).toMatch(/DOCKER_HOST: must/);
    expect(message).toMatch(/DRYDOCK_SANDBOX_RUNTIME: must be one of runc, runsc/);
    expect(message).toMatch(/DRYDOCK_DATA_DIR: .*sparc/);
  });
});

describe('withDotEnv', () => {
  it('lets what is set win, drops what is empty, and reads no .env in production', () => {
    writeFileSync(join(directory, '.env'), 'PORT=1\nHOST=h\n');
    expect(withDotEnv({ PORT: '2', HOST: '' }, directory)).toEqual({ PORT: '2', HOST: 'h' });
    expect(withDotEnv({ NODE_ENV: 'production' }, directory)).toEqual({ NODE_ENV: 'production' });
  });
});
