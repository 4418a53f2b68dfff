import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Connection URLs with their passwords. */
export interface TestServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

const fromFile = (): Partial<TestServices> => {
  const file = resolve(ROOT, process.env.DRYDOCK_DATA_DIR || '.data', 'services.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<TestServices>;
  } catch {
    return {};
  }
};

/**
 * PostgreSQL and Redis for specs: `DATABASE_URL` and `REDIS_URL`, else those that set-up started for the data dir.
 * Specs that empty Redis or cut it off use `ownRedis`, never this one.
 * @throws Error that says how to start them.
 */
export const testServices = (): TestServices => {
  const file = fromFile();
  const databaseUrl = process.env.DATABASE_URL || file.databaseUrl;
  const redisUrl = process.env.REDIS_URL || file.redisUrl;
  if (!databaseUrl || !redisUrl)
    throw new Error(
      'No PostgreSQL and Redis for specs. Run `npm run services`, or set DATABASE_URL and REDIS_URL.',
    );
  return { databaseUrl, redisUrl };
};
