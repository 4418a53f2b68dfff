import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, WebhookVerificationError } from './verify-webhook.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const BODY = JSON.stringify({ type: 'task.succeeded', data: { id: 'task_1', description: 'größer' } });
const NOW = 1_800_000_000_000;

const headersFor = (body: string, secret = SECRET, atMs = NOW): Record<string, string> => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(atMs / 1000),
  'webhook-signature': new Webhook(secret).sign('msg_1', new Date(atMs), body),
});
const verify = (body: string | Uint8Array, headers: Record<string, string>): Promise<unknown> =>
  verifyWebhook({ secret: SECRET, headers, body, nowMs: NOW });

describe('verifyWebhook', () => {
  it('accepts what a library of Standard Webhooks signs, as text and as bytes, in any kind of headers', async () => {
    await expect(verify(BODY, headersFor(BODY))).resolves.toEqual(JSON.parse(BODY));
    await expect(verify(Buffer.from(BODY), headersFor(BODY))).resolves.toEqual(JSON.parse(BODY));
    const headers = new Headers(headersFor(BODY));
    await expect(verifyWebhook({ secret: SECRET, headers, body: BODY, nowMs: NOW })).resolves.toBeDefined();
    const lookalike = { get: (name: string) => headers.get(name) } as unknown as Headers;
    const webhook = { secret: SECRET, headers: lookalike, body: BODY, nowMs: NOW };
    await expect(verifyWebhook(webhook)).resolves.toBeDefined();
  });

  it('accepts one fitting signature of many, as there are while a secret is rotated', async () => {
    const old = headersFor(BODY, `whsec_${randomBytes(24).toString('base64')}`);
    const both = `${String(old['webhook-signature'])} ${String(headersFor(BODY)['webhook-signature'])}`;
    await expect(verify(BODY, { ...old, 'webhook-signature': both })).resolves.toBeDefined();
    await expect(verify(BODY, old)).rejects.toThrow(WebhookVerificationError);
  });

  it('refuses a body of which one byte is another', async () => {
    const headers = headersFor(BODY);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(Buffer.byteLength(BODY) - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const forged = Buffer.from(BODY);
          forged.writeUInt8(forged.readUInt8(at) ^ flip, at);
          await expect(verify(forged, headers)).rejects.toThrow(WebhookVerificationError);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['an old message', headersFor(BODY, SECRET, NOW - 301_000), 'not from the last 300 seconds'],
    ['one from the future', headersFor(BODY, SECRET, NOW + 301_000), 'not from the last 300 seconds'],
    ['another id', { ...headersFor(BODY), 'webhook-id': 'msg_2' }, 'does not fit'],
    ['no signature', { ...headersFor(BODY), 'webhook-signature': '' }, 'webhook-signature is missing'],
    ['a signature that is no base64', { ...headersFor(BODY), 'webhook-signature': 'v1,%' }, 'does not fit'],
    ['a time that is no number', { ...headersFor(BODY), 'webhook-timestamp': 'now' }, 'is no number'],
  ])('refuses %s', async (_what, headers, why) => {
    await expect(verify(BODY, headers)).rejects.toThrow(why);
  });
});
