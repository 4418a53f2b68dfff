import type { WorkerConfig } from '@drydock/config';
import { AppError } from '@drydock/domain';
import { waitAtStart, type Log, type Missing } from '@drydock/engine';
import { connectDatabase, missingSchema } from '@drydock/persistence';
import { checkEngine } from '@drydock/sandbox';

const missingEngine = async ({ sandbox }: WorkerConfig): Promise<Missing | null> => {
  try {
    await checkEngine(sandbox.runtime, sandbox.dockerSocket);
    return null;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'engine_unreachable')) throw error;
    return { what: 'Docker', remedy: `${error.detail} Start it, or correct DOCKER_HOST.` };
  }
};

/**
 * A worker starts with PostgreSQL, the tables of its version, and Docker; it waits for them for a while.
 * @throws AppError `config_error` that says what is missing and what to do.
 */
export const waitForServices = async (config: WorkerConfig, log: Log): Promise<void> => {
  const { url } = config.database;
  const database = connectDatabase({ url, poolSize: 1, applicationName: 'drydock-worker' });
  const wait = (look: () => Promise<Missing | null>): Promise<void> =>
    waitAtStart({ look, atMostMs: config.startWaitMs, log });
  try {
    await Promise.all([wait(() => missingSchema(database, url)), wait(() => missingEngine(config))]);
  } finally {
    await database.close();
  }
};
