import { describe, expect, it } from '@jest/globals';
import { ApiError, ConnectionError } from '@drydock/sdk';
import { wordsOf } from './words-of.ts';

const refusal = (detail: string, errors: { pointer: string; detail: string }[], code = 'invalid_request') =>
  new ApiError(
    { type: '', title: '', status: 422, detail, code, requestId: '', errors } as ConstructorParameters<
      typeof ApiError
    >[0],
    null,
  );

describe('a refusal in words for people', () => {
  it('names what does not fit, and nothing of JSON', () => {
    const detail = 'See errors: each has the JSON Pointer of the field and what is wrong with it.';
    const errors = [
      { pointer: '/label/0', detail: 'must be key:value' },
      { pointer: '/limits/timeoutSeconds', detail: 'must be 60 or more' },
      { pointer: '', detail: 'needs a source' },
    ];
    const words = 'label: must be key:value · limits.timeoutSeconds: must be 60 or more · needs a source';
    expect(wordsOf(refusal(detail, errors))).toBe(words);
    expect(wordsOf(refusal(detail, errors, 'source_ref_invalid'))).toBe(words);
  });

  it('says a thing once', () => {
    const detail = 'The host is not allowed.';
    expect(wordsOf(refusal(detail, [{ pointer: '/source/git/url', detail }], 'host_not_allowed'))).toBe(
      detail,
    );
    expect(wordsOf(refusal(detail, [], 'host_not_allowed'))).toBe(detail);
  });

  it('is there whatever was thrown', () => {
    expect(wordsOf(new ConnectionError('http://127.0.0.1 cannot be reached: Failed to fetch'))).toMatch(
      /^Drydock cannot be reached: it/,
    );
    expect([wordsOf(new Error('gone')), wordsOf('odd')]).toEqual(['gone', 'Something went wrong.']);
  });
});
