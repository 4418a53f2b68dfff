import { describe, expect, it } from '@jest/globals';
import { ApiError, type ErrorCode } from '@drydock/sdk';
import { reportOf } from './report-error.ts';

const refused = (
  detail: string,
  errors: { pointer: string; detail: string }[],
  code: ErrorCode = 'invalid_request',
): string =>
  reportOf(new ApiError({ type: '', title: '', status: 422, code, requestId: 'r', detail, errors }, null))
    .message;

describe('what the API refuses', () => {
  it.each([
    ['/source/git/url', '--git'],
    ['/source/git/ref', '--ref'],
    ['/limits/memoryMb', '--limit memoryMb'],
    ['/limits/timeoutSeconds', '--timeout'],
    ['/focusPaths/0', '--focus'],
    ['/verify/1', '--verify'],
    ['/labels/a', '--label'],
    ['/label/0', '--label'],
    ['/network/setup/allow/0', '--allow'],
    ['/callbackUrl', '--callback-url'],
    ['/image', '--image'],
    ['/agent/command/2', 'the command after --'],
    ['/somewhere', '/somewhere'],
    ['', '/'],
  ])('names at %s what was written: %s', (pointer, flag) => {
    expect(refused('It does not fit.', [{ pointer, detail: 'must be good' }])).toBe(
      `The request does not fit:\n  ${flag}: must be good`,
    );
  });

  it('speaks of no JSON where another code has the same words', () => {
    const detail = 'See errors: each has the JSON Pointer of the field and what is wrong with it.';
    expect(
      refused(detail, [{ pointer: '/source/git/ref', detail: 'must be a branch' }], 'source_ref_invalid'),
    ).toBe('The request does not fit:\n  --ref: must be a branch');
  });

  it('says a thing once when there is only one', () => {
    const detail = 'Use an https:// URL.';
    expect(refused(detail, [{ pointer: '/source/git/url', detail }])).toBe('--git: Use an https:// URL.');
  });
});
