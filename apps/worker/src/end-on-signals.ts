import type { Log } from '@drydock/engine';
import { EndSignals } from './end-signals.ts';

/** Closing connections is courtesy: BullMQ's and the pool's own closing wait without a bound. */
const CLOSE_MS = 5000;
/** From the second signal to the end of the process. */
const HURRY_MS = 4000;

export interface Endable {
  /** Ends the work; gives what closes the rest. */
  readonly drain: () => Promise<() => Promise<void>>;
  readonly hurry: () => void;
  readonly log: Log;
}

const exitIn = (ms: number): void => {
  setTimeout(() => process.exit(0), ms).unref();
};

/** SIGTERM or SIGINT: drain and exit 0; again: within seconds; once more: at once, with exit code 1. */
export const endOnSignals = ({ drain, hurry, log }: Endable): void => {
  const end = async (): Promise<void> => {
    try {
      const close = await drain();
      exitIn(CLOSE_MS);
      await close();
    } catch (error) {
      log.error({ error }, 'the end was not orderly');
    } finally {
      process.exit(0);
    }
  };
  const signals = new EndSignals({
    drain: (signal) => {
      log.info({ signal }, 'stopping');
      void end();
    },
    hurry: (signal) => {
      log.warn({ signal }, 'stopping at once');
      exitIn(HURRY_MS);
      hurry();
    },
    quit: () => process.exit(1),
  });
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, (signal) => {
      signals.take(signal);
    });
};
