import { z } from 'zod';
import { decimal } from './values.ts';

const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 1024 ** 2;
const MOST_DAYS = 36_500;
const MOST_MB = 1024 ** 3;
/** A hundredth of a second: a loop without any pause would starve what it shares the process with. */
const LEAST_PERIOD = 0.01;

const INTRODUCTION = `Ages and sizes take fractions; 0 keeps for ever. Nothing of a live task is ever removed. Each run deletes in
small batches, and only one worker of the fleet runs at a time; every worker looks after its own host's mirrors. Idempotency
keys go after 24 hours: clients rely on that figure, so it is not a setting.`;

/** How long things are kept that nobody needs for the work itself. A null age or size means no bound. */
export const RetentionSettings = z
  .object({
    DRYDOCK_RETENTION_EVERY_SECONDS: decimal(LEAST_PERIOD, 86_400)
      .default(600)
      .describe('Pause between two runs'),
    DRYDOCK_LOG_EVENTS_DAYS: decimal(0, MOST_DAYS)
      .default(7)
      .describe('`log` events of ended tasks; all other events and the log files stay'),
    DRYDOCK_FILES_DAYS: decimal(0, MOST_DAYS)
      .default(90)
      .describe(
        'Artifacts and ZIP inputs of ended tasks: a quarter of a year for reviews and audits; the task and its history stay',
      ),
    DRYDOCK_FILES_MAX_MB: decimal(0, MOST_MB)
      .default(0)
      .describe('Artifacts and ZIP inputs together; above it those of the tasks that ended first go'),
    DRYDOCK_ORPHAN_GRACE_SECONDS: decimal(0, 31_536_000)
      .default(3600)
      .describe(
        'Files without a task, of attempts that were lost, or half written. Keep it above 900: an upload takes up to 300',
      ),
    DRYDOCK_SESSIONS_DAYS: decimal(0, MOST_DAYS).default(7).describe('Rows of ended worker sessions'),
    DRYDOCK_WEBHOOKS_DAYS: decimal(0, MOST_DAYS).default(30).describe('What was sent by webhooks'),
    DRYDOCK_AUDIT_DAYS: decimal(0, MOST_DAYS)
      .default(400)
      .describe('Entries of the audit log: who asked for what, and what was refused'),
    DRYDOCK_MIRRORS_DAYS: decimal(0, MOST_DAYS)
      .default(14)
      .describe('Mirrors of repositories that nobody used'),
    DRYDOCK_MIRRORS_MAX_MB: decimal(0, MOST_MB).optional().meta({
      description: 'Mirrors on one host; above it the least recently used go',
      unset: 'a tenth of the disk',
    }),
  })
  .meta({ title: 'Retention', description: INTRODUCTION })
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
