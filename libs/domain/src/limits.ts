/** Least, default and most of one limit; `null` means that there is none. Source: design §6. */
export interface LimitRange {
  readonly least: number;
  readonly default: number | null;
  readonly most: number | null;
  readonly integer: boolean;
}

const whole = (least: number, normal: number, most: number | null): LimitRange => ({
  least,
  default: normal,
  most,
  integer: true,
});

/** The limits that a client may set, in the unit that the name ends in. */
export const LIMIT_RANGES = {
  timeoutSeconds: whole(1, 1800, 86_400),
  setupSeconds: whole(1, 900, 7200),
  verifySeconds: whole(1, 900, 7200),
  cpus: { least: 0.1, default: 2, most: null, integer: false },
  memoryMb: whole(64, 4096, 65_536),
  pids: whole(32, 512, 4096),
  diskMb: whole(50, 10_240, 102_400),
  maxSteps: whole(1, 200, 10_000),
  maxTokens: whole(1, 5_000_000, null),
  maxCostUsd: { least: 0, default: null, most: null, integer: false },
} as const satisfies Record<string, LimitRange>;

export type LimitName = keyof typeof LIMIT_RANGES;
/** Names of the limits that a client may set. */
export const LIMIT_NAMES = Object.keys(LIMIT_RANGES) as LimitName[];

/** Effective limits of a task; `maxCostUsd` null: no cost limit. */
export type Limits = { [K in Exclude<LimitName, 'maxCostUsd'>]: number } & { maxCostUsd: number | null };
export type RequestedLimits = { [K in LimitName]?: number | undefined };

/** Bounds that belong to the operator. Bytes unless the name says otherwise. */
export const OPERATOR_LIMITS = {
  checkoutSeconds: 300,
  collectSeconds: 120,
  maxDescriptionBytes: 256 * 1024,
  maxZipEntries: 200_000,
  maxUnpackedBytes: 4 * 1024 ** 3,
  maxFiles: 200_000,
  maxPackBytes: 4 * 1024 ** 3,
  maxPatchBytes: 256 * 1024 ** 2,
  maxLogBytes: 50 * 1024 ** 2,
  maxConfigBytes: 64 * 1024,
  /** Console output kept as `log` events per task; the artifact has more. */
  maxLogEventBytes: 16 * 1024 ** 2,
  maxEventBytes: 64 * 1024,
  maxAttempts: 10,
} as const;

/** How often a task is tried again when an attempt ended by a fault of ours. */
export const INFRASTRUCTURE_ATTEMPTS = 3;

/**
 * Merges limits: the request wins over the repository's `.drydock.yml`, which in turn may only tighten what the request
 * left to the default. Values are expected to be in range already.
 */
export const effectiveLimits = (request: RequestedLimits, repository: RequestedLimits = {}): Limits => {
  const entries = LIMIT_NAMES.map((name) => {
    const normal: number | null = LIMIT_RANGES[name].default;
    const repo = repository[name];
    const tightened = repo === undefined ? normal : normal === null ? repo : Math.min(repo, normal);
    return [name, request[name] ?? tightened];
  });
  return Object.fromEntries(entries) as Limits;
};
