import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@drydock/testing';
import { expectProblem } from './system/problems.ts';
import { startSystem, type System } from './system/start-system.ts';
import { query } from './system/teams.ts';

/** What GitHub sends is taken in once, however often and wherever it comes, and only if GitHub signed these very bytes. */
const SECRET = 'a secret of the webhook';
const AT_ONCE = 10;

let system: System;
let urls: string[];

beforeAll(async () => {
  system = await startSystem({ workers: 0, env: { GITHUB_WEBHOOK_SECRET: SECRET } });
  const PORT = String(await freePort());
  await system.startApi({ PORT });
  urls = [system.url, `http://127.0.0.1:${PORT}`];
});

afterAll(async () => {
  await system.stop();
});

const aComment = (id: number, body: string) => ({
  action: 'created',
  repository: {
    id: 1,
    name: 'shop',
    owner: { login: 'acme', type: 'Organization' },
    clone_url: 'https://github.com/acme/shop.git',
  },
  sender: { login: 'octocat', type: 'User' },
  issue: { number: 7, title: 'Totals', body: 'By a cent.', updated_at: '2026-01-02T03:04:05Z' },
  comment: { id, body, user: { login: 'octocat', type: 'User' } },
});

const signatureOf = (body: string): string =>
  `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

const send = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signatureOf(body),
      ...headers,
    },
  });

describe('a webhook', () => {
  it('that comes ten times in parallel at two apis is taken in once', async () => {
    const body = JSON.stringify(aComment(21, '/drydock fix the totals'));
    const guid = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }).flatMap(() =>
        urls.map(async (url) => {
          const response = await send(url, body, { 'x-github-delivery': guid });
          const { state } = (await response.json()) as { state: string };
          return `${String(response.status)} ${state}`;
        }),
      ),
    );
    expect(answers.filter((answer) => answer === '202 received')).toHaveLength(1);
    expect(answers.filter((answer) => answer === '202 duplicate')).toHaveLength(AT_ONCE * 2 - 1);
    const rows = await query(system, 'SELECT id, state, payload FROM "InboundDelivery"');
    expect(rows).toMatchObject([
      {
        id: `github:${guid}`,
        state: 'received',
        payload: { kind: 'comment', number: 7, said: { text: '/drydock fix the totals' } },
      },
    ]);
  });

  it('that nobody signed is refused, with a reason in the audit log', async () => {
    const body = JSON.stringify(aComment(22, '/drydock x'));
    const refused = { status: 401, code: 'signature_invalid' };
    await expectProblem(
      await send(system.url, `${body} `, { 'x-hub-signature-256': signatureOf(body) }),
      refused,
    );
    const reasons = await query(system, `SELECT reason FROM "AuditEntry" WHERE actor LIKE 'address:%'`);
    expect(reasons).toEqual([{ reason: 'signature_invalid' }]);
  });
});

describe('/v1/repositories', () => {
  it('keeps what it is told across apis, for the team of the key', async () => {
    const forge = { owner: 'acme', name: 'shop', triggers: { comment: true }, limits: { maxCostUsd: 2 } };
    const made = await system.client.post('/v1/repositories', { forge });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    const headers = { authorization: `Bearer ${system.apiKey}` };
    const read = await fetch(`${urls[1] ?? ''}/v1/repositories/${id}`, { headers });
    expect(await read.json()).toMatchObject({
      id,
      forge: { ...forge, triggers: { label: false, comment: true, assignment: false, mention: false } },
    });
    const taken = { status: 409, code: 'repository_taken' };
    await expectProblem(await system.client.post('/v1/repositories', { forge }), taken);
  });
});
