import type { Logger } from './logger.ts';

/**
 * Logs what nobody caught. An unhandled rejection is told and survived: leases and fences protect what else runs. After an
 * uncaught exception Node ends the process as always; this only tells it in our form first.
 * @returns a function that ends it.
 */
export const logProcessFaults = (log: Logger): (() => void) => {
  const onRejection = (reason: unknown) => {
    log.error({ error: reason }, 'a rejection that nobody handled');
  };
  const onException = (error: unknown) => {
    log.error({ error }, 'an exception that nobody caught: the process ends');
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtExceptionMonitor', onException);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtExceptionMonitor', onException);
  };
};
