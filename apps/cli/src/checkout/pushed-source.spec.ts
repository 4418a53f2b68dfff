import { expect, it } from '@jest/globals';
import { httpsUrl } from './pushed-source.ts';

it.each([
  ['git@github.com:acme/shop.git', 'https://github.com/acme/shop.git'],
  ['ssh://git@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['ssh://git@git.example.com:2222/acme/shop.git', 'https://git.example.com/acme/shop.git'],
  ['https://github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['https://me:token@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
])('takes %s as %s', (remote, url) => {
  expect(httpsUrl(remote)).toBe(url);
});
