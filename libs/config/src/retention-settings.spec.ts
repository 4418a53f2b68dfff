import { describe, expect, it } from '@jest/globals';
import { RetentionSettings } from './concerns/retention.schema.ts';

describe('retention settings', () => {
  it('have the defaults of the page, in milliseconds and bytes', () => {
    expect(RetentionSettings.parse({})).toEqual({
      everyMs: 600_000,
      logEventsMs: 7 * 86_400_000,
      filesMs: 90 * 86_400_000,
      filesMaxBytes: null,
      orphanGraceMs: 3_600_000,
      sessionsMs: 7 * 86_400_000,
      webhooksMs: 30 * 86_400_000,
      auditMs: 400 * 86_400_000,
      mirrorsMs: 14 * 86_400_000,
      mirrorsMaxBytes: 'tenth_of_disk',
    });
  });

  it('take fractions, and 0 for ever', () => {
    const parsed = RetentionSettings.parse({
      DRYDOCK_LOG_EVENTS_DAYS: '0.5',
      DRYDOCK_FILES_DAYS: '0',
      DRYDOCK_FILES_MAX_MB: '0.25',
      DRYDOCK_ORPHAN_GRACE_SECONDS: '1.5',
      DRYDOCK_AUDIT_DAYS: '0',
      DRYDOCK_MIRRORS_MAX_MB: '0',
    });
    expect(parsed).toMatchObject({
      logEventsMs: 43_200_000,
      filesMs: null,
      filesMaxBytes: 262_144,
      orphanGraceMs: 1500,
      auditMs: null,
      mirrorsMaxBytes: null,
    });
  });

  it.each(['-1', '1e3', 'Infinity', '0x10', '7 days', '.5', '99999999'])('refuse %j', (text) => {
    expect(RetentionSettings.safeParse({ DRYDOCK_FILES_DAYS: text }).success).toBe(false);
  });
});
