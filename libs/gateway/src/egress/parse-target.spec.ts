import { describe, expect, it } from '@jest/globals';
import { parseAbsolute, parseAuthority } from './parse-target.ts';

describe('parseAuthority', () => {
  it.each([
    ['example.com:443', 'example.com', 443],
    ['EXAMPLE.com.:443', 'example.com', 443],
    ['[::1]:80', '::1', 80],
    ['2130706433:80', '127.0.0.1', 80],
    ['0x7f.1:80', '127.0.0.1', 80],
    ['0177.0.0.1:80', '127.0.0.1', 80],
    ['127.1:80', '127.0.0.1', 80],
    ['[::ffff:127.0.0.1]:80', '::ffff:7f00:1', 80],
    ['bücher.example:443', 'xn--bcher-kva.example', 443],
  ])('%s is %s, %i', (text, host, port) => {
    expect(parseAuthority(text)).toEqual({ host, port, tunnel: true });
  });

  it.each([
    '',
    'example.com',
    ':443',
    'example.com:',
    'example.com:0',
    'example.com:65536',
    'example.com:99999',
    'a:b@example.com:443',
    'example.com/x:443',
    'example.com?x:443',
    'example.com:1:443',
    'exa mple.com:443',
    'http://example.com:443',
    `${'a'.repeat(254)}:443`,
  ])('%s is none', (text) => {
    expect(parseAuthority(text)).toBeNull();
  });
});

describe('parseAbsolute', () => {
  it('takes host and port from the URL', () => {
    expect(parseAbsolute('http://Example.com:8080/a?b')?.target).toEqual({
      host: 'example.com',
      port: 8080,
      tunnel: false,
    });
    expect(parseAbsolute('http://example.com/')?.target.port).toBe(80);
  });

  it.each(['/path', 'https://example.com/', 'ftp://example.com/', 'http://', '*', ''])(
    '%s is none',
    (text) => {
      expect(parseAbsolute(text)).toBeNull();
    },
  );
});
