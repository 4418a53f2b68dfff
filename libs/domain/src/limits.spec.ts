import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { effectiveLimits, LIMIT_NAMES, LIMIT_RANGES, type RequestedLimits } from './limits.ts';

const some = fc.record(
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, fc.integer({ min: 1, max: 100_000 })])),
  { requiredKeys: [] },
) as fc.Arbitrary<RequestedLimits>;

describe('effectiveLimits', () => {
  it('are the defaults of the design when nobody asks for anything', () => {
    expect(effectiveLimits({})).toEqual({
      timeoutSeconds: 1800,
      setupSeconds: 900,
      verifySeconds: 900,
      cpus: 2,
      memoryMb: 4096,
      pids: 512,
      diskMb: 10_240,
      maxSteps: 200,
      maxTokens: 5_000_000,
      maxCostUsd: null,
    });
  });

  it.each([
    ['the request wins', { timeoutSeconds: 7200 }, { timeoutSeconds: 60 }, { timeoutSeconds: 7200 }],
    ['the repository tightens a default', {}, { timeoutSeconds: 60 }, { timeoutSeconds: 60 }],
    ['the repository does not widen one', {}, { timeoutSeconds: 7200 }, { timeoutSeconds: 1800 }],
    ['the repository may limit the cost', {}, { maxCostUsd: 1 }, { maxCostUsd: 1 }],
    ['no cost at all is a limit', { maxCostUsd: 0 }, { maxCostUsd: 1 }, { maxCostUsd: 0 }],
  ])('%s', (_rule, request, repository, expected) => {
    expect(effectiveLimits(request, repository)).toMatchObject(expected);
  });

  it('are all there, as requested, and never wider through the repository', () => {
    fc.assert(
      fc.property(some, some, (request, repository) => {
        const [without, merged] = [effectiveLimits(request), effectiveLimits(request, repository)];
        for (const name of LIMIT_NAMES) {
          if (request[name] !== undefined) expect(merged[name]).toBe(request[name]);
          expect(merged[name] ?? Infinity).toBeLessThanOrEqual(without[name] ?? Infinity);
        }
      }),
    );
  });

  it('have ranges with the default inside', () => {
    for (const { least, default: normal, most } of Object.values(LIMIT_RANGES)) {
      if (normal !== null) expect(normal).toBeGreaterThanOrEqual(least);
      if (normal !== null) expect(normal).toBeLessThanOrEqual(most ?? Infinity);
    }
  });
});
