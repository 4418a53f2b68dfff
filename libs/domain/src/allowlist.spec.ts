import { describe, expect, it } from '@jest/globals';
import { isAllowlistEntry, isOnAllowlist } from './allowlist.ts';

describe('isAllowlistEntry', () => {
  it.each([
    'example.com',
    'Example.COM',
    '*.example.org:443',
    'registry:5000',
    'a-b.example',
    '127.0.0.1:3000',
    'x:65535',
  ])('takes %s', (entry) => {
    expect(isAllowlistEntry(entry)).toBe(true);
  });

  it.each([
    '',
    '*',
    '*.',
    'a.*.b',
    '*x.com',
    'https://x.com',
    'x.com/',
    'x.com:',
    'x.com:0',
    'x.com:65536',
    'x.com:443:1',
    '-x.com',
    'x-.com',
    'x..com',
    '.x.com',
    'x.com.',
    'x y',
    'x\n',
    'ü.com',
    '[::1]',
    `${'a'.repeat(300)}.com`,
  ])('refuses %j', (entry) => {
    expect(isAllowlistEntry(entry)).toBe(false);
  });
});

describe('isOnAllowlist', () => {
  it.each([
    ['example.com', 'example.com', 443, true],
    ['example.com', 'example.com', 80, true],
    ['example.com', 'example.com', 22, false],
    ['example.com', 'EXAMPLE.com.', 443, true],
    ['Example.com', 'example.com', 443, true],
    ['example.com', 'www.example.com', 443, false],
    ['example.com', 'badexample.com', 443, false],
    ['example.com', 'example.com.evil.net', 443, false],
    ['example.com:8080', 'example.com', 8080, true],
    ['example.com:8080', 'example.com', 443, false],
    ['*.example.com', 'a.example.com', 443, true],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['*.example.com', 'example.com', 443, false],
    ['*.example.com', 'badexample.com', 443, false],
    ['*.example.com:8443', 'a.example.com', 8443, true],
    ['*.example.com:8443', 'a.example.com', 443, false],
  ])('%s lets %s:%i through: %s', (entry, host, port, isThrough) => {
    expect(isOnAllowlist([entry], host, port)).toBe(isThrough);
  });

  it('needs one fitting entry, and none lets nothing through', () => {
    expect(isOnAllowlist(['a.com', 'b.com'], 'b.com', 443)).toBe(true);
    expect(isOnAllowlist([], 'b.com', 443)).toBe(false);
  });
});
