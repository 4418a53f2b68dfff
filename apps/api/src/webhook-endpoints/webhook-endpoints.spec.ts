import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { taskIdFrom, WEBHOOK_EVENTS, type TeamId } from '@drydock/domain';
import { ApiUnderTest, GIT_TASK, OTHER_TEAM_KEY, READ_KEY } from '../testing/api-under-test.ts';

const URL = 'https://ci.example.com/hooks';
const HOOKS = '/v1/webhook-endpoints';

interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

const json = (answer: { body: string }): unknown => JSON.parse(answer.body);
const anEndpoint = async (more: object = {}) =>
  json(await api.call('POST', HOOKS, { body: { url: URL, ...more } })) as Endpoint;

describe('/v1/webhook-endpoints', () => {
  it('makes an endpoint that listens to everything, and shows its secret this once', async () => {
    const created = await api.call('POST', HOOKS, { body: { url: URL } });
    expect([created.statusCode, created.headers.location]).toEqual([201, `${HOOKS}/${created.json().id}`]);
    expect(created.headers['cache-control']).toBe('no-store');
    const { secret, ...endpoint } = json(created) as Endpoint;
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(endpoint).toEqual({
      ...{ id: expect.stringMatching(/^whe_[0-9a-z]{26}$/), kind: 'endpoint', url: URL, description: '' },
      ...{ events: [...WEBHOOK_EVENTS], enabled: true, disabledReason: null, failingSince: null },
      ...{ previousSecretUntil: null, createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    const shown = json(await api.call('GET', `${HOOKS}/${endpoint.id}`, { key: READ_KEY }));
    expect(shown).toEqual(endpoint);
    expect(json(await api.call('GET', HOOKS))).toEqual({ items: [endpoint], next: null });
  });

  it.each([
    ['a private address', 'https://127.0.0.1/x'],
    ['a local name', 'https://localhost/x'],
    ['plain http', 'http://example.com/x'],
    ['no URL', 'nonsense'],
  ])('refuses %s, here and as a callback', async (_name, url) => {
    const refused = [
      await api.call('POST', HOOKS, { body: { url } }),
      await api.call('PATCH', `${HOOKS}/${(await anEndpoint()).id}`, { body: { url } }),
      await api.call('POST', '/v1/tasks', { body: { ...GIT_TASK, callbackUrl: url } }),
    ];
    expect(refused.map((answer) => [answer.statusCode, answer.json().errors[0]])).toEqual(
      ['/url', '/url', '/callbackUrl'].map((pointer) => [
        422,
        { pointer, code: 'webhook_url_not_allowed', detail: expect.any(String) },
      ]),
    );
  });

  it('refuses events that there are not, twice the same, and none at all', async () => {
    for (const events of [['task.exploded'], ['task.failed', 'task.failed'], []])
      expect((await api.call('POST', HOOKS, { body: { url: URL, events } })).statusCode).toBe(422);
  });

  it('changes and forgets an endpoint', async () => {
    const { id } = await anEndpoint();
    const changed = await api.call('PATCH', `${HOOKS}/${id}`, {
      body: { events: ['task.failed'], enabled: false },
    });
    expect(json(changed)).toMatchObject({ events: ['task.failed'], enabled: false, url: URL });
    const refused = await api.call('POST', `${HOOKS}/${id}/test`);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'webhook_endpoint_disabled']);
    expect((await api.call('DELETE', `${HOOKS}/${id}`)).statusCode).toBe(204);
    expect((await api.call('GET', `${HOOKS}/${id}`)).statusCode).toBe(404);
  });

  it('gives a new secret, and the old one some time', async () => {
    const { id, secret } = await anEndpoint();
    const rotated = await api.call('POST', `${HOOKS}/${id}/rotate-secret`, { body: { overlapSeconds: 60 } });
    const next = json(rotated) as Endpoint;
    expect([rotated.statusCode, next.secret === secret]).toEqual([200, false]);
    expect(rotated.headers['cache-control']).toBe('no-store');
    expect(next).toMatchObject({ previousSecretUntil: expect.any(String) });
    expect((await api.call('POST', `${HOOKS}/${id}/rotate-secret`)).statusCode).toBe(200);
  });

  it('sends a test and shows it, and sends again what it is asked to', async () => {
    const { id } = await anEndpoint();
    api.webhookEndpoints.tell('team_a' as TeamId, 'task.failed', taskIdFrom(1, randomBytes(16)));
    const test = await api.call('POST', `${HOOKS}/${id}/test`);
    expect([test.statusCode, json(test)]).toEqual([
      202,
      {
        ...{
          id: expect.stringMatching(/^msg_/),
          endpointId: id,
          type: 'webhook_endpoint.test',
          taskId: null,
          url: URL,
        },
        ...{
          state: 'pending',
          attempts: 0,
          nextAttemptAt: expect.any(String),
          tries: [],
          createdAt: expect.any(String),
        },
      },
    ]);
    expect(api.wakeUps.waiting.get('deliveries')).toBe(1);
    const list = `${HOOKS}/${id}/deliveries`;
    const page = (await api.call('GET', `${list}?limit=1`)).json();
    const rest = (await api.call('GET', `${list}?cursor=${String(page.next)}`)).json();
    expect([...page.items, ...rest.items]).toMatchObject([
      { type: 'webhook_endpoint.test' },
      { type: 'task.failed' },
    ]);
    const again = await api.call('POST', `${list}/${test.json().id}/redeliver`);
    expect([again.statusCode, again.json().id]).toEqual([202, test.json().id]);
  });

  it('is as if it were not there for other teams, and needs a key that may write', async () => {
    const { id } = await anEndpoint();
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
      ['POST', `/deliveries/msg_${'0'.repeat(26)}/redeliver`],
    ] as const) {
      const body = method === 'PATCH' ? { body: {} } : {};
      const strange = await api.call(method, `${HOOKS}/${id}${path}`, { key: OTHER_TEAM_KEY, ...body });
      expect([method, path, strange.statusCode]).toEqual([method, path, 404]);
      if (method === 'GET') continue;
      const reading = await api.call(method, `${HOOKS}/${id}${path}`, { key: READ_KEY, ...body });
      expect([method, path, reading.statusCode]).toEqual([method, path, 403]);
    }
  });
});
