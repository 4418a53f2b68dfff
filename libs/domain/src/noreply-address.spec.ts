import { expect, it } from '@jest/globals';
import { noreplyAddress } from './noreply-address.ts';

it.each([
  [
    { id: 41898282, login: 'github-actions[bot]' },
    'github.com',
    '41898282+github-actions[bot]@users.noreply.github.com',
  ],
  [{ id: 7, login: 'ada' }, 'git.acme.example', '7+ada@users.noreply.git.acme.example'],
])('knows %j at %s as %s', (account, host, address) => {
  expect(noreplyAddress(account, host)).toBe(address);
});
