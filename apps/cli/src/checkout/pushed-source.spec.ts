import { expect, it } from '@jest/globals';
import { httpsUrl, withoutSsh } from './pushed-source.ts';

it.each([
  ['git@github.com:acme/shop.git', 'https://github.com/acme/shop.git'],
  ['ssh://git@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['ssh://git@git.example.com:2222/acme/shop.git', 'https://git.example.com/acme/shop.git'],
  ['https://github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['file:///srv/shop.git', 'file:///srv/shop.git'],
  ['/srv/shop.git', '/srv/shop.git'],
  ['https://me:token@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
])('takes %s as %s', (remote, url) => {
  expect(httpsUrl(remote)).toBe(url);
});

it('leaves credentials in what was written, for the API to refuse', () => {
  expect(withoutSsh('https://me:token@github.com/a/b')).toBe('https://me:token@github.com/a/b');
});
