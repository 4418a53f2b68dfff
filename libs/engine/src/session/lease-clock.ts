/** Design §8. The lease is the database's; the rest are the worker's own conclusions from its monotonic clock. */
export const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 2000;
/** How often every worker looks for sessions whose lease has ended. */
export const SWEEP_EVERY_MS = 1000;
/** A session that could not renew for so long gives its work up, though nobody may have taken it. */
export const SELF_ABORT_MS = 120_000;

export type LeaseVerdict = 'ok' | 'slept' | 'cut_off';

/**
 * What a session must conclude before its next statement. A timer that fires later than the lease after the last one
 * means that the process slept: others may own its work by now.
 * @param nowMs - monotonic
 * @param lastTickMs - when the heartbeat timer last fired
 * @param lastRenewalMs - when the lease was last renewed
 */
export const judgeLease = (nowMs: number, lastTickMs: number, lastRenewalMs: number): LeaseVerdict => {
  if (nowMs - lastTickMs > LEASE_MS) return 'slept';
  return nowMs - lastRenewalMs > SELF_ABORT_MS ? 'cut_off' : 'ok';
};
