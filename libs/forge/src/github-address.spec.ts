import { describe, expect, it } from '@jest/globals';
import { asksForPace, repositoryIn, webOriginOf } from './github-address.ts';

describe('webOriginOf', () => {
  it.each([
    ['https://api.github.com', 'https://github.com', true],
    ['https://api.acme.ghe.com', 'https://acme.ghe.com', true],
    ['https://git.acme.example/api/v3', 'https://git.acme.example', false],
    ['https://api.acme.example/api/v3', 'https://api.acme.example', false],
    ['http://127.0.0.1:4711', 'http://127.0.0.1:4711', false],
  ])('finds what belongs to %s', (apiUrl, web, isPaced) => {
    expect(webOriginOf(apiUrl)).toBe(web);
    expect(asksForPace(apiUrl)).toBe(isPaced);
  });
});

describe('repositoryIn', () => {
  it.each([
    'https://github.com/acme/shop.git',
    'https://github.com/acme/shop',
    'https://github.com/acme/shop/',
    'https://GitHub.com/acme/shop.git',
    'https://github.com:443/acme/shop.git',
  ])('reads %s', (url) => {
    expect(repositoryIn(url, 'https://github.com')).toEqual({ owner: 'acme', name: 'shop' });
  });

  it.each([
    'https://github.com.evil.example/acme/shop.git',
    'https://evil.example/github.com/acme/shop.git',
    'http://github.com/acme/shop.git',
    'https://github.com/acme',
    'https://github.com/acme/shop/tree/main',
    'https://github.com/acme/..',
    'https://github.com/acme/%2e%2e/shop',
    'https://github.com/acme/.git',
    'git@github.com:acme/shop.git',
    'acme/shop',
  ])('takes %s for none of its own', (url) => {
    expect(repositoryIn(url, 'https://github.com')).toBeNull();
  });

  it('keeps names with dots and dashes', () => {
    expect(repositoryIn('http://127.0.0.1:1/a-b/c.d_e.git', 'http://127.0.0.1:1')).toEqual({
      owner: 'a-b',
      name: 'c.d_e',
    });
  });
});
