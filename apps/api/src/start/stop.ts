import type { Log } from '@drydock/engine';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Shutdown } from './shutdown.ts';

/** Requests under way may take this long; then their connections are cut. */
const FINISH_MS = 10_000;
const CLOSE_MS = 3_000;
const HURRY_CLOSE_MS = 500;

export interface Stopping {
  readonly app: NestFastifyApplication;
  readonly closeAdapters: () => Promise<void>;
  readonly log: Log;
  /** Aborts when there is no time left for requests under way. */
  readonly hurry: AbortSignal;
}

/** False when `atMostMs` went by, or `hurry` aborted, before the work was done. */
const within = async (work: Promise<unknown>, atMostMs: number, hurry?: AbortSignal): Promise<boolean> => {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const give = (): void => {
    resolve(false);
  };
  const timer = setTimeout(give, atMostMs);
  hurry?.addEventListener('abort', give);
  if (hurry?.aborted === true) give();
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    hurry?.removeEventListener('abort', give);
  }
};

/** Bounded: no new connections, streams end, requests finish, connections close. */
export const stop = async ({ app, closeAdapters, log, hurry }: Stopping): Promise<void> => {
  app.get(Shutdown).begin();
  const closed = app.close();
  if (!(await within(closed, FINISH_MS, hurry))) {
    log.warn({}, 'requests were cut off');
    app.getHttpServer().closeAllConnections();
    await within(closed, hurry.aborted ? HURRY_CLOSE_MS : CLOSE_MS);
  }
  await within(closeAdapters(), hurry.aborted ? HURRY_CLOSE_MS : CLOSE_MS);
};
