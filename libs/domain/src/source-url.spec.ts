import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from './errors.ts';
import { isCommitId, isGitRef, parseGitUrl } from './source-url.ts';

const refusal = (url: string, allowed: string[] = []): string => {
  try {
    parseGitUrl(url, new Set(allowed));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.status).toBe(422);
    expect(error.issues).toMatchObject([{ pointer: '/source/git/url', code: error.code }]);
    return error.code;
  }
};

describe('parseGitUrl', () => {
  it.each([
    'https://github.com/acme/shop.git',
    'https://github.com:443/acme/shop',
    'HTTPS://GitHub.com/acme/shop.git',
    'https://git.example.org/gröups/shop%20floor.git',
    'https://bücher.example/shop.git',
  ])('takes %s', (url) => {
    expect(refusal(url)).toBe('accepted');
  });

  it.each([
    ['G01', 'file:///etc/passwd', 'source_url_scheme'],
    ['G01', '/etc/passwd', 'source_url_scheme'],
    ['G01', '../shop', 'source_url_scheme'],
    ['G01', '', 'source_url_scheme'],
    ['G02', 'ext::sh -c id', 'source_url_invalid'],
    ['G02', 'ext::sh%20-c%20id', 'source_url_scheme'],
    ['G03', 'git://github.com/acme/shop.git', 'source_url_scheme'],
    ['G03', 'http://github.com/acme/shop.git', 'source_url_scheme'],
    ['G03', 'ftp://github.com/acme/shop.git', 'source_url_scheme'],
    ['G03', 'git@github.com:acme/shop.git', 'source_url_scheme'],
    ['G03', 'ssh://git@github.com/acme/shop.git', 'source_url_scheme'],
    ['G03', 'javascript://github.com/%250aalert(1)', 'source_url_scheme'],
    ['G03', 'https:github.com/acme', 'source_url_scheme'],
    ['G04', '--upload-pack=touch${IFS}x', 'source_url_scheme'],
    ['G04', '-x', 'source_url_scheme'],
    ['G06', 'ssh://-oProxyCommand=id/x', 'source_url_scheme'],
    ['G07', 'https://user:token@github.com/acme/shop.git', 'credentials_in_url'],
    ['G07', 'https://token@github.com/acme/shop.git', 'credentials_in_url'],
    ['G07', 'https://:@github.com/acme/shop.git', 'credentials_in_url'],
    ['G07', 'https://@github.com/acme/shop.git', 'credentials_in_url'],
    ['G08', 'https://github.com/a\nb', 'source_url_invalid'],
    ['G08', 'https://github.com/a\0b', 'source_url_invalid'],
    ['G08', 'https://github.com/a b', 'source_url_invalid'],
    ['G08', 'https://github.com/a\u0085b', 'source_url_invalid'],
    ['G08', 'https://github.com/a%0ab', 'source_url_invalid'],
    ['G08', 'https://github.com/a%0D%0Ab', 'source_url_invalid'],
    ['G08', 'https://github.com/a%00b', 'source_url_invalid'],
    ['G08', 'https://github.com\\@evil.example/x', 'source_url_invalid'],
    ['G08', 'https://github.com/a?b', 'source_url_invalid'],
    ['G08', 'https://github.com/a?', 'source_url_invalid'],
    ['G08', 'https://github.com/a#b', 'source_url_invalid'],
    ['G08', 'https://github.com:99999/a', 'source_url_invalid'],
    ['G08', 'https://', 'source_url_invalid'],
    ['G08', `https://github.com/${'a'.repeat(2_048)}`, 'source_url_invalid'],
    ['G09', 'https://127.0.0.1/x', 'host_not_allowed'],
    ['G09', 'https://127.1/x', 'host_not_allowed'],
    ['G09', 'https://2130706433/x', 'host_not_allowed'],
    ['G09', 'https://0x7f.0.0.1/x', 'host_not_allowed'],
    ['G09', 'https://0177.0.0.1/x', 'host_not_allowed'],
    ['G09', 'https://１２７.0.0.1/x', 'host_not_allowed'],
    ['G09', 'https://127.0.0.1./x', 'host_not_allowed'],
    ['G09', 'https://169.254.169.254/latest', 'host_not_allowed'],
    ['G09', 'https://8.8.8.8/x', 'host_not_allowed'],
    ['G09', 'https://[::1]/x', 'host_not_allowed'],
    ['G09', 'https://[::ffff:127.0.0.1]/x', 'host_not_allowed'],
    ['G09', 'https://localhost/x', 'host_not_allowed'],
    ['G09', 'https://%6cocalhost/x', 'host_not_allowed'],
    ['G09', 'https://LOCALHOST./x', 'host_not_allowed'],
    ['G09', 'https://a.localhost/x', 'host_not_allowed'],
    ['G09', 'https://metadata.google.internal./x', 'host_not_allowed'],
    ['G09', 'https://printer.local/x', 'host_not_allowed'],
    ['G09', 'https://intranet/x', 'host_not_allowed'],
    ['G09', 'https://intranet./x', 'host_not_allowed'],
    ['G09', 'https://github.com:22/x', 'host_not_allowed'],
    ['G09', 'https://github.com:80/x', 'host_not_allowed'],
  ])('%s refuses %j', (_case, url, code) => {
    expect(refusal(url)).toBe(code);
  });

  it.each([
    ['http://127.0.0.1:3000/x', ['127.0.0.1:3000'], 'accepted'],
    ['http://127.0.0.1:3000/x', ['127.0.0.1'], 'accepted'],
    ['http://git.corp/x', ['git.corp:80'], 'accepted'],
    ['https://git.corp/x', ['git.corp:443'], 'accepted'],
    ['https://[::1]:8443/x', ['::1:8443'], 'accepted'],
    ['http://127.0.0.1:3001/x', ['127.0.0.1:3000'], 'source_url_scheme'],
    ['https://127.0.0.1:3001/x', ['127.0.0.1:3000'], 'host_not_allowed'],
    ['http://u:p@127.0.0.1:3000/x', ['127.0.0.1:3000'], 'credentials_in_url'],
    ['ssh://127.0.0.1:3000/x', ['127.0.0.1:3000'], 'source_url_scheme'],
    ['http://127.0.0.1:3000/x%0a', ['127.0.0.1:3000'], 'source_url_invalid'],
  ])('of %s with %j allowed: %s', (url, allowed, result) => {
    expect(refusal(url, allowed)).toBe(result);
  });

  it('accepts nothing but plain https on 443 with a public name, whatever is tried', () => {
    const part = fc.constantFrom(
      'https',
      'http',
      '://',
      ':',
      '//',
      '/',
      '@',
      'localhost',
      '127.1',
      '[::1]',
      'github.com',
      '.',
      '?',
      '#',
      '%0a',
      '\\',
      ' ',
      ':443',
      ':80',
      '-',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        if (refusal(text) !== 'accepted') return;
        const url = new URL(text);
        expect([url.protocol, url.port, url.username, url.search, url.hash]).toEqual([
          'https:',
          '',
          '',
          '',
          '',
        ]);
        expect(url.hostname).toMatch(/[a-z]\.?$/);
        expect(url.hostname).toMatch(/github\.com/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('isGitRef', () => {
  it.each([
    'main',
    'HEAD',
    'v1.2.3',
    'refs/heads/main',
    'feature/größe',
    '功能',
    '#12-fix',
    'dependabot/npm/@types/node-1',
    'a'.repeat(255),
    'user/(wip)',
    "it's",
    'a@b',
    '_x',
    'x.y',
    '0123456789abcdef0123456789abcdef01234567',
  ])('takes %s', (ref) => {
    expect(isGitRef(ref)).toBe(true);
  });

  it.each([
    '',
    '--upload-pack=touch x',
    '-x',
    '+main',
    'a..b',
    'a@{u}',
    '@{u}',
    '@',
    'a\nb',
    'main\n',
    'a b',
    'a\tb',
    'a\0b',
    'a\x7fb',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.',
    'a.lock',
    'a.lock/b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a'.repeat(256),
    'ü'.repeat(128),
    'a\ud800',
  ])('G05 refuses %j', (ref) => {
    expect(isGitRef(ref)).toBe(false);
  });
});

describe('isCommitId', () => {
  it.each([
    ['a'.repeat(40), true],
    ['0'.repeat(64), true],
    ['a'.repeat(39), false],
    ['A'.repeat(40), false],
    ['g'.repeat(40), false],
    [`${'a'.repeat(40)}\n`, false],
  ])('%j: %s', (text, is) => {
    expect(isCommitId(text)).toBe(is);
  });
});
