import { z } from 'zod';
import { decimal } from './values.ts';

const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 1024 ** 2;
const MOST_DAYS = 36_500;
const MOST_MB = 1024 ** 3;
/** A hundredth of a second: a loop without any pause would starve what it shares the process with. */
const LEAST_PERIOD = 0.01;

/** How long things are kept that nobody needs for the work itself. A null age or size means no bound. */
export const RetentionSettings = z
  .object({
    DRYDOCK_RETENTION_EVERY_SECONDS: decimal(LEAST_PERIOD, 86_400).default(600),
    DRYDOCK_LOG_EVENTS_DAYS: decimal(0, MOST_DAYS).default(7),
    DRYDOCK_FILES_DAYS: decimal(0, MOST_DAYS).default(90),
    DRYDOCK_FILES_MAX_MB: decimal(0, MOST_MB).default(0),
    DRYDOCK_ORPHAN_GRACE_SECONDS: decimal(0, 31_536_000).default(3600),
    DRYDOCK_SESSIONS_DAYS: decimal(0, MOST_DAYS).default(7),
    DRYDOCK_WEBHOOKS_DAYS: decimal(0, MOST_DAYS).default(30),
    DRYDOCK_AUDIT_DAYS: decimal(0, MOST_DAYS).default(400),
    DRYDOCK_MIRRORS_DAYS: decimal(0, MOST_DAYS).default(14),
    DRYDOCK_MIRRORS_MAX_MB: decimal(0, MOST_MB).optional(),
  })
  .transform((env) => ({
    everyMs: env.DRYDOCK_RETENTION_EVERY_SECONDS * MS_PER_SECOND,
    logEventsMs: bound(env.DRYDOCK_LOG_EVENTS_DAYS, MS_PER_DAY),
    filesMs: bound(env.DRYDOCK_FILES_DAYS, MS_PER_DAY),
    filesMaxBytes: bound(env.DRYDOCK_FILES_MAX_MB, BYTES_PER_MB),
    orphanGraceMs: env.DRYDOCK_ORPHAN_GRACE_SECONDS * MS_PER_SECOND,
    sessionsMs: bound(env.DRYDOCK_SESSIONS_DAYS, MS_PER_DAY),
    webhooksMs: bound(env.DRYDOCK_WEBHOOKS_DAYS, MS_PER_DAY),
    auditMs: bound(env.DRYDOCK_AUDIT_DAYS, MS_PER_DAY),
    mirrorsMs: bound(env.DRYDOCK_MIRRORS_DAYS, MS_PER_DAY),
    mirrorsMaxBytes:
      env.DRYDOCK_MIRRORS_MAX_MB === undefined
        ? ('tenth_of_disk' as const)
        : bound(env.DRYDOCK_MIRRORS_MAX_MB, BYTES_PER_MB),
  }));
export type RetentionConfig = z.output<typeof RetentionSettings>;

/** 0 is written for "keep for ever". */
const bound = (amount: number, unit: number): number | null => (amount === 0 ? null : amount * unit);
