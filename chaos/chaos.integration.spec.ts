import { describe, expect, it } from '@jest/globals';
import { reportText } from './checker/report.ts';
import { runChaos } from './run-chaos.ts';
import { DEFAULTS } from './world/settings.ts';

const { CHAOS_SEED, CHAOS_MINUTES, CHAOS_HOST } = process.env;
const MINUTES = Number(CHAOS_MINUTES ?? 5);
/** Any number does; always the same one, so that a change is judged by the same storm as the last one. */
const SEED = Number(CHAOS_SEED ?? 20_261);

describe('an installation under faults', () => {
  it(
    `keeps every promise for ${String(MINUTES)} minutes of seed ${String(SEED)}`,
    async () => {
      const lines: string[] = [];
      const { report } = await runChaos({
        ...DEFAULTS,
        log: (line) => lines.push(`${new Date().toISOString()} ${line}`),
        seed: SEED,
        seconds: MINUTES * 60,
        mayHarmHost: CHAOS_HOST === '1',
      });
      if (report.violations.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
      process.stderr.write(reportText(report));
      expect(report.violations).toEqual([]);
      expect(report.accepted).toBeGreaterThan(MINUTES * 10);
      expect(report.faults).toBeGreaterThan(MINUTES * 5);
    },
    (MINUTES + 6) * 60_000,
  );
});
