import { describe, expect, it } from '@jest/globals';
import { parseWebhookUrl } from './webhook-url.ts';

const ALLOWED = new Set(['127.0.0.1:8443', 'hooks.internal']);
const parse = (url: string): string => parseWebhookUrl(url, '/url', ALLOWED).href;

describe('parseWebhookUrl', () => {
  it.each([
    'https://example.com/hooks?team=1',
    'https://example.com:8443/hooks',
    'http://127.0.0.1:8443/hooks',
    'http://hooks.internal/hooks',
  ])('takes %s', (url) => {
    expect(parse(url)).toBe(url);
  });

  it.each([
    'not a URL',
    'ftp://example.com/hooks',
    'http://example.com/hooks',
    'https://user:secret@example.com/',
    'https://example.com/#part',
    'https://127.0.0.1/hooks',
    'https://0x7f.1/hooks',
    'https://[::1]/hooks',
    'https://127.0.0.1:9000/hooks',
    'https://localhost/hooks',
    'https://localhost./hooks',
    'https://printer.local/hooks',
    'https://intranet/hooks',
    `https://example.com/${'x'.repeat(2048)}`,
  ])('refuses %s and names the field', (url) => {
    expect(() => parse(url)).toThrow(
      expect.objectContaining({
        code: 'webhook_url_not_allowed',
        issues: [expect.objectContaining({ pointer: '/url' })],
      }),
    );
  });
});
