import { describe, expect, it } from '@jest/globals';

import { fits } from './dependencies.mjs';

const wanted = {
  '': { name: 'root' },
  'libs/a': { version: '1.0.0' },
  'node_modules/@x/a': { resolved: 'libs/a', link: true },
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/@swc/core-darwin-arm64': { version: '1.0.0', optional: true },
};
const installed = {
  'node_modules/@x/a': { resolved: 'libs/a', link: true },
  'node_modules/zod': { version: '4.0.0' },
};

describe('fits', () => {
  it('accepts node_modules without the builds of other platforms', () => {
    expect(fits(wanted, installed)).toBe(true);
  });

  it.each([
    ['another version', { ...installed, 'node_modules/zod': { version: '4.0.1' } }],
    ['a missing package', { 'node_modules/@x/a': installed['node_modules/@x/a'] }],
    ['a missing workspace link', { 'node_modules/zod': installed['node_modules/zod'] }],
  ])('refuses %s', (_name, record) => {
    expect(fits(wanted, record)).toBe(false);
  });
});
