import { describe, expect, it } from '@jest/globals';
import { signedWebhook, webhookExamples } from '@drydock/testing';
import { verifySignature } from './verify-signature.ts';

const SECRET = 'correct horse battery staple';
const HEADER = 'x-hub-signature-256';
const EVENTS = ['issues', 'issue_comment', 'pull_request_review', 'pull_request_review_comment'] as const;

describe('verifySignature', () => {
  it.each(EVENTS)('takes every published payload of %s, signed over its bytes', async (event) => {
    const payloads = webhookExamples(event);
    expect(payloads.length).toBeGreaterThan(0);
    for (const payload of payloads) {
      const { body, headers } = signedWebhook(event, payload, { secret: SECRET });
      expect(await verifySignature(body, headers[HEADER], SECRET)).toBe(true);
      expect(await verifySignature(body, headers[HEADER], 'another secret')).toBe(false);
    }
  });

  it('refuses the same JSON written otherwise', async () => {
    const payload = webhookExamples('issues')[0];
    const { body, headers } = signedWebhook('issues', JSON.stringify(payload, null, 1), { secret: SECRET });
    expect(await verifySignature(body, headers[HEADER], SECRET)).toBe(true);
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(await verifySignature(again, headers[HEADER], SECRET)).toBe(false);
  });

  it('refuses bytes that only look the same as text', async () => {
    const { headers } = signedWebhook('issues', '{"a":"\uFFFD"}', { secret: SECRET });
    const odd = Buffer.from('{"a":"\xff"}', 'latin1');
    expect(odd.toString()).toBe('{"a":"\uFFFD"}');
    expect(await verifySignature(odd, headers[HEADER], SECRET)).toBe(false);
    const withMark = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"\uFFFD"}')]);
    expect(await verifySignature(withMark, headers[HEADER], SECRET)).toBe(false);
  });

  const { body, headers } = signedWebhook('issues', '{}', { secret: SECRET });
  const good = headers[HEADER] ?? '';
  it.each<[string, string | undefined]>([
    ['no header', undefined],
    ['an empty one', ''],
    ['the digest without its name', good.slice('sha256='.length)],
    ['SHA-1', `sha1=${'0'.repeat(40)}`],
    ['the digest under the name of SHA-1', good.replace('sha256', 'sha1')],
    ['a digest that is too short', good.slice(0, -1)],
    ['a digest that is too long', `${good}0`],
    ['capital letters', good.toUpperCase()],
    ['two of them', `${good},${good}`],
    ['other letters', `sha256=${'z'.repeat(64)}`],
    ['another digest', `sha256=${'0'.repeat(64)}`],
  ])('refuses %s', async (_what, header) => {
    expect(await verifySignature(body, header, SECRET)).toBe(false);
  });

  it('refuses everything while there is no secret, and a body of nothing', async () => {
    const unsigned = signedWebhook('issues', '{}', { secret: '' });
    expect(await verifySignature(unsigned.body, unsigned.headers[HEADER], '')).toBe(false);
    const empty = signedWebhook('issues', '', { secret: SECRET });
    expect(await verifySignature(empty.body, empty.headers[HEADER], SECRET)).toBe(false);
  });
});
