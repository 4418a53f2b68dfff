import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { forgeParts } from './forge-parts.ts';

const DOT_COM = { apiUrl: 'https://api.github.com', identity: null, webhookSecret: null };
const TOKEN = { kind: 'token', token: 'ghp_x' } as const;
const SHOP = 'https://github.com/acme/shop.git';

describe('canDeliver', () => {
  it.each([
    [DOT_COM, SHOP, false, 'no_credential'],
    [DOT_COM, SHOP, true, 'yes'],
    [{ ...DOT_COM, identity: TOKEN }, SHOP, false, { owner: 'acme', name: 'shop' }],
    [{ ...DOT_COM, identity: TOKEN }, 'https://gitlab.com/acme/shop.git', true, 'unknown_host'],
    [{ ...DOT_COM, apiUrl: 'https://git.acme.example/api/v3' }, SHOP, true, 'unknown_host'],
    [
      { ...DOT_COM, apiUrl: 'https://git.acme.example/api/v3' },
      'https://git.acme.example/acme/shop',
      true,
      'yes',
    ],
  ] as const)('with %j, of %s with a token of its own %s: %s', (config, url, hasOwnToken, verdict) => {
    expect(forgeParts(config).canDeliver(url, hasOwnToken)).toEqual(verdict);
  });
});

describe('the signature of a webhook', () => {
  it('is checked only when there is a secret', async () => {
    expect(forgeParts(DOT_COM).webhooks.verify).toBeNull();
    const { verify } = forgeParts({ ...DOT_COM, webhookSecret: 'sixteen letters!' }).webhooks;
    const body = Buffer.from('{"a": 1}');
    const signature = `sha256=${createHmac('sha256', 'sixteen letters!').update(body).digest('hex')}`;
    expect(await verify?.(body, signature)).toBe(true);
    expect(await verify?.(Buffer.from('{"a":1}'), signature)).toBe(false);
  });
});
