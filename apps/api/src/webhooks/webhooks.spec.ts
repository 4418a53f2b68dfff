import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest } from '../testing/api-under-test.ts';
import { LABELED, signatureOf } from '../testing/signed-webhook.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

const send = (payload: object | string | Buffer, headers: Record<string, string | undefined> = {}) => {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signatureOf(body),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return api.call('POST', '/v1/webhooks/github', {
    key: null,
    body,
    headers: Object.fromEntries(given),
  });
};

describe('POST /v1/webhooks/github', () => {
  it('takes in what may start a task, once, and wakes a worker', async () => {
    const guid = randomUUID();
    const first = await send(LABELED, { 'x-github-delivery': guid });
    expect([first.statusCode, first.json()]).toEqual([202, { id: guid, state: 'received', reason: null }]);
    const again = await send(LABELED, { 'x-github-delivery': guid });
    expect([again.statusCode, again.json()]).toEqual([
      202,
      { id: guid, state: 'duplicate', reason: 'replayed' },
    ]);
    const underAnotherId = await send(LABELED);
    expect(underAnotherId.json()).toMatchObject({ state: 'duplicate' });
    expect(api.inbound.received).toMatchObject([
      { id: `github:${guid}`, event: 'issues', trigger: { kind: 'label', number: 7, sender: 'octocat' } },
    ]);
    expect(api.wakeUps.waiting.get('deliveries')).toBe(1);
    expect(api.audit.reasons).toEqual(['replayed', 'replayed']);
  });

  it('checks the signature over the very bytes', async () => {
    const odd = `{ "zen":"ü" ,\n"action":"x"}`;
    expect((await send(odd)).json()).toMatchObject({ state: 'refused', reason: 'payload_invalid' });
    const reserialised = await send(odd, {
      'x-hub-signature-256': signatureOf(JSON.stringify(JSON.parse(odd))),
    });
    expect([reserialised.statusCode, reserialised.json().code]).toEqual([401, 'signature_invalid']);
    expect(api.audit.reasons).toEqual(['payload_invalid', 'signature_invalid']);
  });

  it.each<[string, string | undefined, string]>([
    ['no signature', undefined, 'signature_missing'],
    ['an empty one', '', 'signature_invalid'],
    ['no prefix', signatureOf(JSON.stringify(LABELED)).slice(7), 'signature_invalid'],
    ['SHA-1', `sha1=${'0'.repeat(40)}`, 'signature_invalid'],
    ['another secret', signatureOf(JSON.stringify(LABELED), 'another secret'), 'signature_invalid'],
    ['too few digits', signatureOf(JSON.stringify(LABELED)).slice(0, -1), 'signature_invalid'],
  ])('refuses %s with 401, and says so in the audit log', async (_what, signature, reason) => {
    const answer = await send(LABELED, { 'x-hub-signature-256': signature });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'signature_invalid']);
    expect(api.audit.records).toMatchObject([{ actor: 'address:127.0.0.1', reason, teamId: null }]);
    expect(api.inbound.received).toEqual([]);
  });

  it('lets nobody fill the audit log without a secret', async () => {
    for (let i = 0; i < 70; i++) await send(LABELED, { 'x-hub-signature-256': undefined });
    expect(api.audit.records).toHaveLength(60);
  });

  it('refuses a body of more than 25 MB with 413', async () => {
    const body = Buffer.alloc(25 * 1024 ** 2 + 1, 0x20);
    const answer = await send(body);
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'payload_too_large']);
    expect(api.audit.reasons).toEqual(['payload_too_large']);
  });

  it('takes a body of 25 MB', async () => {
    const text = JSON.stringify(LABELED);
    const body = Buffer.concat([
      Buffer.from(text),
      Buffer.alloc(25 * 1024 ** 2 - Buffer.byteLength(text), 0x20),
    ]);
    expect((await send(body)).json()).toMatchObject({ state: 'received' });
  });

  it.each<[string, Record<string, string | undefined>, string, number]>([
    ['no id', { 'x-github-delivery': undefined }, 'malformed_request', 400],
    ['an odd id', { 'x-github-delivery': '../x' }, 'malformed_request', 400],
    ['no event', { 'x-github-event': undefined }, 'malformed_request', 400],
    ['an odd event', { 'x-github-event': 'Issues{}' }, 'malformed_request', 400],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type', 415],
    ['our own type', { 'content-type': 'text/plain' }, 'unsupported_media_type', 415],
  ])('refuses %s', async (_what, headers, code, status) => {
    const answer = await send(LABELED, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(api.inbound.received).toEqual([]);
  });

  it('refuses what is signed and no JSON', async () => {
    const answer = await send('{');
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'malformed_json']);
  });

  it.each<[string, object, string]>([
    ['ping', { zen: 'Keep it simple.' }, 'event_not_used'],
    ['push', {}, 'event_not_used'],
    ['issues', { ...LABELED, action: 'closed' }, 'action_not_used'],
    ['issues', { ...LABELED, label: { name: 'bug' } }, 'no_trigger'],
  ])('ignores %s that means nothing to us', async (event, payload, reason) => {
    const answer = await send(payload, { 'x-github-event': event });
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { state: 'ignored', reason }]);
    expect([api.inbound.received, api.audit.records]).toEqual([[], []]);
  });

  it('answers a client that sends more than 25 MB over a real connection', async () => {
    const body = Buffer.alloc(26 * 1024 ** 2, 0x20);
    const answer = await fetch(`${await api.listen()}/v1/webhooks/github`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(body) },
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      413,
      'payload_too_large',
    ]);
  });

  it('keeps talk only where it may mean us', async () => {
    const user = LABELED.sender;
    const comment = { ...LABELED, action: 'created', comment: { id: 1, body: '@drydock-acme look', user } };
    const talk = () => send(comment, { 'x-github-event': 'issue_comment' });
    expect((await talk()).json()).toMatchObject({ state: 'ignored', reason: 'no_trigger' });
    const forge = { owner: 'acme', name: 'shop', triggers: { mention: true } };
    await api.call('POST', '/v1/repositories', { body: { forge } });
    expect((await talk()).json()).toMatchObject({ state: 'received' });
  });

  it('never lets another route take raw bodies', async () => {
    const headers = { 'content-type': 'application/vnd.drydock.raw' };
    const answer = await api.call('POST', '/v1/tasks', { body: '{}', headers });
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type']);
  });

  it('is not there when no secret is configured', async () => {
    await api.stop();
    api = await ApiUnderTest.start({}, {}, { webhooks: { verify: null, self: () => null } });
    expect((await send(LABELED)).statusCode).toBe(404);
  });
});
