/** What one endpoint may use. Times in milliseconds, sizes in bytes. */
export interface GatewayBounds {
  /** One model call with all its retries. */
  readonly callDeadlineMs: number;
  /** Longest silence inside a reply of the provider. */
  readonly stallMs: number;
  /** How long a reply whose client is gone is read on, only to learn its usage. */
  readonly drainMs: number;
  /** How often 429, 5xx and connection errors are tried again. */
  readonly retries: number;
  readonly retryBaseMs: number;
  /** Longest pause between two tries, whatever Retry-After says. */
  readonly retryCapMs: number;
  readonly maxRequestBytes: number;
  readonly maxReplyBytes: number;
  /** Of one streamed reply; its events take ten times the room of their text. */
  readonly maxStreamBytes: number;
  /** Of all request bodies held at once. */
  readonly maxHeldBytes: number;
  /** Of one request, and of one reply, in the journal. */
  readonly maxJournalFieldBytes: number;
  /** Of the journal of one endpoint; calls after it are journalled without their texts. */
  readonly maxJournalBytes: number;
  readonly maxConnections: number;
  readonly connectMs: number;
  /** Longest silence in a tunnel. */
  readonly tunnelIdleMs: number;
  /** Through one egress socket, both ways. */
  readonly maxEgressBytes: number;
  /** How long `close` waits for calls under way to be recorded. */
  readonly closeMs: number;
}

const MIB = 1024 ** 2;

export const GATEWAY_BOUNDS: GatewayBounds = {
  callDeadlineMs: 600_000,
  stallMs: 180_000,
  drainMs: 30_000,
  retries: 3,
  retryBaseMs: 500,
  retryCapMs: 20_000,
  maxRequestBytes: 32 * MIB,
  maxReplyBytes: 32 * MIB,
  maxStreamBytes: 256 * MIB,
  maxHeldBytes: 128 * MIB,
  maxJournalFieldBytes: 4 * MIB,
  maxJournalBytes: 256 * MIB,
  maxConnections: 128,
  connectMs: 10_000,
  tunnelIdleMs: 120_000,
  maxEgressBytes: 20 * 1024 * MIB,
  closeMs: 5_000,
};
