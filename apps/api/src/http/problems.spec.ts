import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { ApiUnderTest, GIT_TASK, KEY, READ_KEY } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

describe('problems', () => {
  it.each([
    ['malformed JSON', 'POST', '/v1/tasks', { headers: JSON_TYPE, body: '{"a":' }, 400, 'malformed_json'],
    ['empty body', 'POST', '/v1/tasks', { headers: JSON_TYPE }, 400, 'malformed_json'],
    [
      'text/plain',
      'POST',
      '/v1/tasks',
      { headers: { 'content-type': 'text/plain' }, body: 'x' },
      415,
      'unsupported_media_type',
    ],
    [
      'too large',
      'POST',
      '/v1/tasks',
      { headers: JSON_TYPE, body: `"${'x'.repeat(9_000_000)}"` },
      413,
      'payload_too_large',
    ],
    [
      'multipart without a boundary',
      'POST',
      '/v1/tasks',
      { headers: { 'content-type': 'multipart/form-data' }, body: 'x' },
      400,
      'malformed_multipart',
    ],
    ['unknown route', 'GET', '/v2/nothing', {}, 404, 'not_found'],
    ['wrong method', 'DELETE', '/v1/tasks', {}, 405, 'method_not_allowed'],
    ['wrong method below an id', 'PUT', '/v1/tasks/task_x/cancel', {}, 405, 'method_not_allowed'],
    ['malformed URL', 'GET', '/v1/tasks/%zz', {}, 400, 'malformed_request'],
    ['no key', 'GET', '/v1/tasks', { key: null }, 401, 'unauthorized'],
    ['no such key', 'GET', '/v1/tasks', { key: KEY.replace('teamA', 'teamZ') }, 401, 'unauthorized'],
    ['wrong secret', 'GET', '/v1/tasks', { key: `${KEY}x` }, 401, 'unauthorized'],
    ['missing scope', 'POST', '/v1/tasks', { key: READ_KEY, body: GIT_TASK }, 403, 'forbidden'],
    ['admin only', 'GET', '/v1/queue', { key: READ_KEY }, 403, 'forbidden'],
    ['bad query', 'GET', '/v1/tasks?limit=0', {}, 422, 'invalid_request'],
    ['unknown query field', 'GET', '/v1/tasks?page=1', {}, 422, 'invalid_request'],
    ['bad label', 'GET', '/v1/tasks?label=x', {}, 422, 'invalid_request'],
  ] as const)('%s', async (_name, method, url, options, status, code) => {
    const response = await api.call(method, url, options);
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      status,
      'application/problem+json',
    ]);
    expect(response.json()).toMatchObject({
      type: `/errors/${code}`,
      status,
      code,
      title: expect.any(String),
      detail: expect.stringMatching(/.{10}/),
      requestId: response.headers['x-request-id'],
    });
  });

  it('names the methods of an address with 405, and the scheme with 401', async () => {
    expect((await api.call('DELETE', '/v1/tasks')).headers['allow']).toMatch(/GET.*POST/);
    expect((await api.call('GET', '/v1/tasks', { key: null })).headers['www-authenticate']).toBe('Bearer');
  });

  it('echoes a sane request id and replaces any other', async () => {
    const idOf = async (given: string) =>
      (await api.call('GET', '/livez', { headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await idOf('abc-123')).toBe('abc-123');
    expect(await idOf('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf('x'.repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('shows nothing of a fault of ours but the request id, and logs it', async () => {
    const get = api.tasks.list;
    api.tasks.list = () => Promise.reject(new Error('password=hunter2'));
    const response = await api.call('GET', '/v1/tasks');
    api.tasks.list = get;
    expect(response.json()).toMatchObject({ status: 500, code: 'internal_error' });
    expect(response.body).not.toContain('hunter2');
    expect(
      api.logged.some((line) => line.includes('"level":"error"') && line.includes(response.json().requestId)),
    ).toBe(true);
  });

  it('logs one line per request, without its query', async () => {
    await api.call('GET', '/v1/tasks?status=queued&cursor=hunter3', {
      headers: { 'x-request-id': 'line-1' },
    });
    const lines = api.logged
      .filter((line) => line.includes('line-1'))
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      expect.objectContaining({ method: 'GET', route: '/v1/tasks', status: 422, msg: 'request' }),
    ]);
    expect(api.logged.join()).not.toContain('hunter3');
  });

  it('answers what is no HTTP with a problem too', async () => {
    const url = new URL(await api.listen());
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => socket.write('NONSENSE\r\n\r\n'));
      let text = '';
      socket
        .on('data', (piece) => (text += piece.toString()))
        .on('end', () => resolve(text))
        .on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json[^]*"malformed_request"/);
  });
});

describe('open routes', () => {
  it.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/', '/errors', '/errors/diff_not_ready'])(
    '%s needs no key',
    async (url) => {
      expect((await api.call('GET', url, { key: null })).statusCode).toBe(200);
    },
  );

  it('is ready without Redis, but not without PostgreSQL', async () => {
    api.wakeUps.isAway = true;
    expect((await api.call('GET', '/readyz')).json()).toMatchObject({
      status: 'degraded',
      checks: { redis: 'away' },
    });
    api.wakeUps.isAway = false;
    api.isDatabaseAway = true;
    const response = await api.call('GET', '/readyz');
    api.isDatabaseAway = false;
    expect([response.statusCode, response.json().code]).toEqual([503, 'service_unavailable']);
  });

  it('has a page for every code and none for others', async () => {
    expect((await api.call('GET', '/errors/archive_bomb')).body).toContain('checkout_failed');
    expect((await api.call('GET', '/errors/nope')).statusCode).toBe(404);
  });

  it('has a page that links to a task lead to, which shows nothing of it', async () => {
    const id = `task_${'0'.repeat(26)}`;
    const page = await api.call('GET', `/tasks/${id}`, { key: null });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain(`/v1/tasks/${id}/diff`);
    for (const no of ['nope', `${id}x`, '%3Cscript%3E'])
      expect((await api.call('GET', `/tasks/${no}`, { key: null })).statusCode).toBe(404);
  });
});
