import type { Log } from '@drydock/engine';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Shutdown } from './shutdown.ts';

/** Requests under way may take this long; then their connections are cut. */
const FINISH_MS = 10_000;
const CLOSE_MS = 3_000;

const within = async (work: Promise<unknown>, atMostMs: number): Promise<boolean> => {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, atMostMs, false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Bounded: streams end, requests finish, connections close. */
export const stop = async (
  app: NestFastifyApplication,
  closeAdapters: () => Promise<void>,
  log: Log,
): Promise<void> => {
  app.get(Shutdown).begin();
  const closed = app.close();
  if (!(await within(closed, FINISH_MS))) {
    log.warn({}, 'requests were cut off');
    app.getHttpServer().closeAllConnections();
    await within(closed, CLOSE_MS);
  }
  await within(closeAdapters(), CLOSE_MS);
};
