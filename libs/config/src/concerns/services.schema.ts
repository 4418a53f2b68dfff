import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SettingFault } from '../settings-reader.ts';
import { integer, urlOf } from './values.ts';

const databaseUrl = urlOf('postgres:', 'postgresql:');
const redisUrl = urlOf('redis:', 'rediss:');
const OWN_CONTAINER = "set-up's container";

export const ServicesSettings = z
  .object({
    DATABASE_URL: databaseUrl.optional().meta({ description: 'PostgreSQL', unset: OWN_CONTAINER }),
    REDIS_URL: redisUrl.optional().meta({ description: 'Redis', unset: OWN_CONTAINER }),
    DRYDOCK_REDIS_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -')
      .default('drydock')
      .describe('Prefix of every Redis key, so that installations may share a server'),
    DRYDOCK_START_WAIT_SECONDS: integer(0, 3_600, 120).describe(
      'How long a start waits for PostgreSQL with its migrations and, in a worker, for Docker; then it ends with exit code 1',
    ),
  })
  .meta({ title: 'PostgreSQL and Redis' })
  .transform((env) => ({
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    redisPrefix: env.DRYDOCK_REDIS_PREFIX,
    startWaitMs: env.DRYDOCK_START_WAIT_SECONDS * 1000,
  }));
type Given = z.output<typeof ServicesSettings>;

/** What set-up writes when it starts the services itself. */
const ServicesFile = z.object({ databaseUrl, redisUrl });

export interface DatabaseConfig {
  readonly url: string;
}
export interface RedisConfig {
  readonly url: string;
  /** Of every key, so that installations may share one server. */
  readonly prefix: string;
}

const readFile = (dataDirectory: string, variable: string): z.output<typeof ServicesFile> => {
  const file = join(dataDirectory, 'services.json');
  if (!existsSync(file))
    throw new SettingFault(
      variable,
      `is not set, and ${file} is not there: run \`npm run services\` or set it`,
    );
  try {
    return ServicesFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new SettingFault(variable, `is not set, and ${file} cannot be read: run \`npm run services\``);
  }
};

export const databaseOf = (given: Given, dataDirectory: string): DatabaseConfig => ({
  url: given.databaseUrl ?? readFile(dataDirectory, 'DATABASE_URL').databaseUrl,
});

export const redisOf = (given: Given, dataDirectory: string): RedisConfig => ({
  url: given.redisUrl ?? readFile(dataDirectory, 'REDIS_URL').redisUrl,
  prefix: given.redisPrefix,
});
