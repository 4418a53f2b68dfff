import { OPERATOR_LIMITS } from '@drydock/domain';

/** Bounds of every git process and of what it brings. Bytes and milliseconds unless the name says otherwise. */
export interface GitLimits {
  readonly maxPackBytes: number;
  readonly maxUnpackedBytes: number;
  readonly maxFiles: number;
  /** Address space of one process. */
  readonly maxMemoryBytes: number;
  /** Ref advertisements of hostile servers never end. */
  readonly maxRefBytes: number;
  readonly maxConfigBytes: number;
  readonly remoteTimeoutMs: number;
  readonly processTimeoutMs: number;
  /** A server slower than 1 kB/s for this long is given up. */
  readonly lowSpeedSeconds: number;
}

export const GIT_LIMITS: GitLimits = {
  maxPackBytes: OPERATOR_LIMITS.maxPackBytes,
  maxUnpackedBytes: OPERATOR_LIMITS.maxUnpackedBytes,
  maxFiles: OPERATOR_LIMITS.maxFiles,
  maxMemoryBytes: 4 * 1024 ** 3,
  maxRefBytes: 8 * 1024 ** 2,
  maxConfigBytes: OPERATOR_LIMITS.maxConfigBytes,
  remoteTimeoutMs: 60_000,
  processTimeoutMs: OPERATOR_LIMITS.checkoutSeconds * 1000,
  lowSpeedSeconds: 20,
};
