import { describe, expect, it } from '@jest/globals';
import { abortKindOf, AttemptAborted } from './abort-reason.ts';
import { AppError, errorSpec, ERRORS, isErrorCode, toAppError, type ErrorCode } from './errors.ts';
import { FAILED_OUTCOMES } from './outcome.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe('the list of error codes', () => {
  it.each(CODES)('%s has a name, a title, and a place where it is shown', (code) => {
    const { title, status, outcome, delivery } = errorSpec(code);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(title).toMatch(/^\.?[A-Za-z].*[^.]$/);
    expect(status ?? outcome ?? delivery).toBeDefined();
    if (status !== undefined)
      expect([400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503]).toContain(status);
    if (outcome !== undefined) expect(FAILED_OUTCOMES).toContain(outcome);
  });

  it('has a code for every failed outcome', () => {
    const covered = new Set(CODES.map((code) => errorSpec(code).outcome));
    expect(FAILED_OUTCOMES.filter((outcome) => !covered.has(outcome))).toEqual([]);
  });

  it('is closed', () => {
    expect(isErrorCode('source_auth_failed')).toBe(true);
    expect(['', 'nonsense', 'toString', '__proto__', 'constructor'].filter(isErrorCode)).toEqual([]);
  });
});

describe('AppError', () => {
  it('never blames the client for what is unknown', () => {
    const error = toAppError(new TypeError('secret internals'));
    expect(error).toMatchObject({ code: 'internal', status: 500, outcome: 'infrastructure' });
    expect(error.detail).not.toContain('secret internals');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('passes through as it is', () => {
    const error = new AppError('config_invalid', 'line 3');
    expect(toAppError(error)).toBe(error);
    expect(error).toMatchObject({
      message: 'config_invalid: line 3',
      status: 500,
      outcome: 'checkout_failed',
      issues: [],
    });
  });
});

describe('abortKindOf', () => {
  it('knows our reasons only', () => {
    expect(abortKindOf(new AbortController().signal)).toBeNull();
    expect(abortKindOf(AbortSignal.abort())).toBeNull();
    expect(abortKindOf(AbortSignal.abort(new AttemptAborted('drain')))).toBe('drain');
  });
});
