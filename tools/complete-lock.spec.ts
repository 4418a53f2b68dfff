import { describe, expect, it } from '@jest/globals';

import { missingEntries, platformOf } from './complete-lock.mjs';

describe('platformOf', () => {
  it.each([
    ['@swc/core-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@swc/core-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@rolldown/binding-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@rolldown/binding-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
    ['@rolldown/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['pg-native', undefined],
  ])('reads %s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});

describe('missingEntries', () => {
  it('adds only the platform builds that have no entry, hoisted or nested', () => {
    const optionalDependencies = {
      'x-darwin-arm64': '1.0.0',
      'x-linux-x64': '1.0.0',
      'x-win32-x64': '1.0.0',
      y: '^1',
    };
    const packages = {
      'node_modules/x': { optionalDependencies },
      'node_modules/x-linux-x64': { version: '1.0.0' },
      'node_modules/x/node_modules/x-win32-x64': { version: '1.0.0' },
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/x-darwin-arm64': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['arm64'] },
    });
  });
});
