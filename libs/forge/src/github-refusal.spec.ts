import { describe, expect, it } from '@jest/globals';
import { RequestError } from '@octokit/request-error';
import { refusalIn, toForgeError } from './github-refusal.ts';

const TOKEN = `ghp_${'0123456789abcdef'.repeat(3)}`;
const MOST = 300;

const refused = (message: string, errors: readonly unknown[] = []): RequestError =>
  new RequestError('No', 422, {
    request: { method: 'POST', url: 'https://api.github.com/repos/acme/shop/pulls', headers: {} },
    response: { status: 422, url: '', headers: {}, data: { message, errors } },
  });

const wordsOf = (error: RequestError): string => refusalIn(error)?.words ?? '';

describe("GitHub's words", () => {
  it('hold a credential whole or not at all, wherever they are cut', () => {
    for (let before = 0; before <= MOST + 1; before++) {
      const text = `${'x '.repeat(MOST).slice(0, before)} "${TOKEN}" and then ${'more '.repeat(100)}`;
      const words = wordsOf(refused(text)).replaceAll(TOKEN, '');
      expect({ before, isThere: words.includes('ghp_') }).toEqual({ before, isThere: false });
    }
  });

  it('hold none of it either when it stands in one long word', () => {
    const error = refused('Validation', [{ resource: 'x'.repeat(MOST - 40), field: TOKEN }]);
    expect(wordsOf(error)).toBe('Validation …');
    expect(wordsOf(refused(`${'x'.repeat(MOST - 10)}${TOKEN}`))).toBe('…');
  });

  it('are passed on whole when they are short, and in one line', () => {
    const error = refused('Validation\n failed', [{ field: 'base' }]);
    expect(toForgeError(error, 'acme/shop').detail).toContain(
      'GitHub says: Validation  failed {"field":"base"}',
    );
    expect(wordsOf(refused('a '.repeat(MOST))).length).toBeLessThanOrEqual(MOST + 2);
  });
});

describe('how long GitHub asks to be left alone', () => {
  const askedBy = (status: number, headers: Readonly<Record<string, string>>) =>
    toForgeError(
      new RequestError('No', status, {
        request: { method: 'GET', url: 'https://api.github.com/user', headers: {} },
        response: { status, url: '', headers, data: {} },
      }),
      'acme/shop',
    ).retryAfterSeconds;

  it.each<[number, Record<string, string>, number]>([
    [429, { 'retry-after': '7' }, 7],
    [429, { 'retry-after': '7.2' }, 8],
    [429, {}, 60],
    [429, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 60],
    [429, { 'retry-after': '99999999' }, 3600],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' }, 3600],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 60],
    [
      403,
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '946684800',
        date: 'Fri, 31 Dec 1999 23:59:31 GMT',
      },
      30,
    ],
    [503, {}, 30],
    [503, { 'retry-after': '45' }, 45],
    [503, { 'retry-after': '99999999' }, 3600],
  ])('with %i and %j is bounded', (status, headers, seconds) => {
    expect(askedBy(status, headers)).toBe(seconds);
  });
});
