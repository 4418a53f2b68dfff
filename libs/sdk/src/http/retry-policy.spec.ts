import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delayBefore, retryAfterSeconds, retryPolicy } from './retry-policy.ts';

const POLICY = retryPolicy();
const LOST = { status: null, retryAfterSeconds: null, code: null };
const FIRST = { tries: 0, random: 0.5 };

describe('what is tried again', () => {
  it.each([
    ['a read whose connection broke', { ...LOST, isRepeatable: true }, true],
    ['a write whose connection broke, which may have been done', { ...LOST, isRepeatable: false }, false],
    ['a write that was refused for its rate', { ...LOST, status: 429, isRepeatable: false }, true],
    ['a write that found the service away', { ...LOST, status: 503, isRepeatable: false }, true],
    ['a write behind a proxy without an answer', { ...LOST, status: 504, isRepeatable: false }, false],
    ['a read behind a proxy without an answer', { ...LOST, status: 502, isRepeatable: true }, true],
    ['a mistake of the caller', { ...LOST, status: 422, isRepeatable: true }, false],
    ['a wrong key', { ...LOST, status: 401, isRepeatable: true }, false],
    ['a fault inside the API', { ...LOST, status: 500, isRepeatable: true }, false],
    ['a full queue', { ...LOST, status: 429, code: 'queue_full', isRepeatable: true }, false],
    [
      'the twin of a request under way',
      { ...LOST, status: 409, code: 'idempotency_in_flight', isRepeatable: true },
      true,
    ],
  ])('%s', (_what, fault, isRetried) => {
    expect(delayBefore(POLICY, fault, FIRST) !== null).toBe(isRetried);
  });

  it('ends after the retries that were allowed', () => {
    const fault = { ...LOST, isRepeatable: true };
    expect(delayBefore(POLICY, fault, { tries: POLICY.maxRetries, random: 0 })).toBeNull();
    expect(delayBefore(retryPolicy({ maxRetries: 0 }), fault, FIRST)).toBeNull();
  });
});

describe('the wait', () => {
  it('is never shorter than what the API asked for, nor longer than the longest', () => {
    fc.assert(
      fc.property(
        fc.nat(3),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat(30),
        (tries, random, asked) => {
          const fault = { status: 429, retryAfterSeconds: asked, code: null, isRepeatable: false };
          const waitMs = delayBefore(POLICY, fault, { tries, random });
          expect(waitMs).toBeGreaterThanOrEqual(asked * 1000);
          expect(waitMs).toBeLessThanOrEqual(POLICY.maxDelayMs);
        },
      ),
    );
  });

  it('fails at once when the API asks for more patience than there is', () => {
    const fault = { status: 429, retryAfterSeconds: 3600, code: null, isRepeatable: true };
    expect(delayBefore(POLICY, fault, FIRST)).toBeNull();
  });

  it.each([
    [null, null],
    ['7', 7],
    ['Thu, 01 Jan 1970 00:01:30 GMT', 90],
    ['Wed, 31 Dec 1969 23:00:00 GMT', 0],
    ['soon', null],
  ])('reads Retry-After: %s', (header, seconds) => {
    expect(retryAfterSeconds(header, 0)).toBe(seconds);
  });
});
