/**
 * Options of every BullMQ worker, given to `@Processor(queue, WORKER_OPTIONS)`. The lock decides nothing (the lease in
 * PostgreSQL does): lock and stall check only bound how long a wake-up of a killed worker is out of sight. Measured:
 * worst 22 s with these.
 */
export const WORKER_OPTIONS = {
  /** `run()` is called after the boot checks. */
  autorun: false,
  lockDuration: 15_000,
  stalledInterval: 5_000,
  /** A wake-up may stall as often as it likes: attempts are counted in PostgreSQL. */
  maxStalledCount: 1_000_000,
  /** The default, 15 s, is how long a worker would stay deaf after an outage. */
  runRetryDelay: 1_000,
  /** Seconds of one blocking read. */
  drainDelay: 5,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
};
