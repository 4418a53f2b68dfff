import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest, GIT_TASK, OTHER_TEAM_KEY } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

const submit = (body: unknown, headers: Record<string, string> = {}) =>
  api.call('POST', '/v1/tasks', { body, headers });
const git = (url: string, more: object = {}) => ({ source: { git: { url, ...more } }, description: 'x' });

describe('POST /v1/tasks', () => {
  it('answers 202 with the task, its address and a wake-up', async () => {
    const response = await submit(GIT_TASK);
    const task = response.json();
    expect(response.statusCode).toBe(202);
    expect(response.headers['location']).toBe(`/v1/tasks/${task.id}`);
    expect(task).toMatchObject({
      status: 'queued',
      image: { name: 'drydock/toolbox:1' },
      limits: { timeoutSeconds: 1800 },
    });
    expect(api.wakeUps.waiting.get('tasks')).toBe(1);
  });

  it.each<[string, unknown, string, string]>([
    ['no source', { description: 'x' }, 'source_missing', '/source'],
    [
      'git and zip',
      { ...git('https://a.org/x'), source: { git: { url: 'https://a.org/x' }, zip: {} } },
      'source_conflict',
      '/source',
    ],
    ['zip without an archive', { source: { zip: {} }, description: 'x' }, 'source_missing', '/source'],
    ['bad URL', git('https://'), 'source_url_invalid', '/source/git/url'],
    ['bad scheme', git('ftp://a.org/x'), 'source_url_scheme', '/source/git/url'],
    ['plain http', git('http://a.org/x'), 'source_url_scheme', '/source/git/url'],
    ['credentials in the URL', git('https://u:p@a.org/x'), 'credentials_in_url', '/source/git/url'],
    ['private host', git('https://localhost/x'), 'host_not_allowed', '/source/git/url'],
    [
      'ref like an option',
      git('https://a.org/x', { ref: '--upload-pack=x' }),
      'source_ref_invalid',
      '/source/git/ref',
    ],
    ['empty description', { ...GIT_TASK, description: ' ' }, 'invalid_request', '/description'],
    [
      'over-long description',
      { ...GIT_TASK, description: 'ä'.repeat(131_073) },
      'invalid_request',
      '/description',
    ],
    ['no description', { source: GIT_TASK.source }, 'invalid_request', '/description'],
    ['unknown field', { ...GIT_TASK, colour: 1 }, 'invalid_request', '/colour'],
    [
      'unknown field with a slash, inside',
      { ...GIT_TASK, limits: { 'a/b~c': 1 } },
      'invalid_request',
      '/limits/a~1b~0c',
    ],
    ['unknown harness', { ...GIT_TASK, agent: { harness: 'magic' } }, 'invalid_request', '/agent/harness'],
    [
      'command without argv',
      { ...GIT_TASK, agent: { harness: 'command' } },
      'invalid_request',
      '/agent/command',
    ],
    ['image not allowed', { ...GIT_TASK, image: 'evil/image:1' }, 'image_not_allowed', '/image'],
    [
      'limit over the maximum',
      { ...GIT_TASK, limits: { timeoutSeconds: 86_401 } },
      'invalid_request',
      '/limits/timeoutSeconds',
    ],
    [
      'limit under the least',
      { ...GIT_TASK, limits: { memoryMb: 1 } },
      'invalid_request',
      '/limits/memoryMb',
    ],
    ['path outside', { ...GIT_TASK, focusPaths: ['ok', '../x'] }, 'invalid_request', '/focusPaths/1'],
    [
      'full network',
      { ...GIT_TASK, network: { agent: { mode: 'full' } } },
      'network_mode_not_allowed',
      '/network/agent/mode',
    ],
    [
      'bad allowlist entry',
      { ...GIT_TASK, network: { setup: { mode: 'allowlist', allow: ['http://x'] } } },
      'invalid_request',
      '/network/setup/allow/0',
    ],
    [
      'cost limit without a price',
      { ...GIT_TASK, agent: { model: 'unheard-of' }, limits: { maxCostUsd: 1 } },
      'model_price_unknown',
      '/limits/maxCostUsd',
    ],
    [
      'pull request that no credential opens',
      { ...GIT_TASK, deliver: { pullRequest: {} } },
      'delivery_not_available',
      '/deliver/pullRequest',
    ],
    [
      'pull request at a host that is no code host of ours',
      { ...git('https://git.example.org/acme/shop', { token: 't' }), deliver: { pullRequest: {} } },
      'delivery_not_available',
      '/deliver/pullRequest',
    ],
    ['no object', [1], 'invalid_request', ''],
  ])('refuses %s with its code and pointer, and creates nothing', async (_name, body, code, pointer) => {
    const response = await submit(body);
    expect(response.json()).toMatchObject({ status: 422, code });
    expect(response.json().errors.map((issue) => issue.pointer)).toContain(pointer);
    expect(api.tasks.submitted).toEqual([]);
    expect(api.wakeUps.waiting.size).toBe(0);
  });

  it("takes a pull request that the task's own token opens", async () => {
    const task = git('https://github.com/acme/shop', { token: 'tok_hunter2' });
    expect((await submit({ ...task, deliver: { pullRequest: { when: 'changed' } } })).statusCode).toBe(202);
    expect(api.tasks.submitted.at(-1)?.request.deliver).toEqual({ pullRequest: { when: 'changed' } });
  });

  it('names all that is wrong at once', async () => {
    const wrong = await submit({ ...GIT_TASK, colour: 1, priority: 10 });
    expect(wrong.json().errors).toHaveLength(2);
    const refused = await submit({ ...GIT_TASK, image: 'evil:1', deliver: { pullRequest: {} } });
    expect(
      refused
        .json()
        .errors.map((issue) => issue.code)
        .sort(),
    ).toEqual(['delivery_not_available', 'image_not_allowed']);
  });

  it('never shows the token of the source, in no answer and no log', async () => {
    const created = await submit(git('https://a.org/x', { token: 'tok_hunter2' }));
    const read = await api.call('GET', created.headers['location'] as string);
    await submit(git('https://a.org/x', { token: 'tok_hunter2', nope: 1 }));
    expect(created.body + read.body + api.logged.join()).not.toContain('hunter2');
    expect(JSON.stringify(api.tasks.submitted[0]?.request)).not.toContain('hunter2');
    expect(api.tasks.submitted[0]?.sourceToken).toBe('tok_hunter2');
  });

  it('makes one task of one Idempotency-Key, however the JSON is spelled', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await submit(GIT_TASK, key);
    const again = await submit({ description: GIT_TASK.description, source: GIT_TASK.source }, key);
    expect(again.json().id).toBe(first.json().id);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await submit({ ...GIT_TASK, priority: 1 }, key)).json()).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    });
    expect(api.tasks.submitted).toHaveLength(1);
  });

  it.each(['', 'x'.repeat(256)])('refuses an Idempotency-Key of a wrong length', async (key) => {
    expect((await submit(GIT_TASK, { 'idempotency-key': key })).json().code).toBe('invalid_request');
  });

  it('tells builtin without a model apart from command, which needs none', async () => {
    const modelless = await ApiUnderTest.start({ defaultModel: null, hasModelUpstream: false });
    try {
      const refused = await modelless.call('POST', '/v1/tasks', { body: GIT_TASK });
      expect(refused.json()).toMatchObject({
        code: 'model_unavailable',
        errors: [{ pointer: '/agent/model' }],
      });
      const agent = { harness: 'command', command: ['true'] };
      expect((await modelless.call('POST', '/v1/tasks', { body: { ...GIT_TASK, agent } })).statusCode).toBe(
        202,
      );
    } finally {
      await modelless.stop();
    }
  });
});

describe('the other task routes', () => {
  it('treat the tasks of other teams as if they were not there', async () => {
    const { id } = (await submit(GIT_TASK)).json();
    const paths = ['', '/events', '/diff', '/artifacts', '/artifacts/agent.log'];
    const calls = [
      ...paths.map((path) => api.call('GET', `/v1/tasks/${id}${path}`, { key: OTHER_TEAM_KEY })),
      ...['/cancel', '/retry'].map((path) =>
        api.call('POST', `/v1/tasks/${id}${path}`, { key: OTHER_TEAM_KEY }),
      ),
      api.call('GET', '/v1/tasks/task_nonsense'),
    ];
    for (const response of await Promise.all(calls))
      expect(response.json()).toMatchObject({ status: 404, code: 'not_found' });
    expect((await api.call('GET', '/v1/tasks', { key: OTHER_TEAM_KEY })).json().items).toEqual([]);
  });

  it('list newest first by status and labels, page by page', async () => {
    for (const team of ['a', 'b', 'a']) await submit({ ...GIT_TASK, labels: { team } });
    const first = (await api.call('GET', '/v1/tasks?label=team:a&limit=1')).json();
    const second = (await api.call('GET', `/v1/tasks?label=team:a&limit=1&cursor=${first.next}`)).json();
    expect([...first.items, ...second.items].map((task) => task.labels)).toEqual([
      { team: 'a' },
      { team: 'a' },
    ]);
    expect(second.next).toBeNull();
    expect((await api.call('GET', '/v1/tasks?status=running')).json().items).toEqual([]);
  });

  it('cancel with 202, and with 200 what is final already', async () => {
    const { id } = (await submit(GIT_TASK)).json();
    const first = await api.call('POST', `/v1/tasks/${id}/cancel`, {
      headers: { 'content-type': 'application/json' },
    });
    expect([first.statusCode, first.json().status]).toEqual([202, 'cancelled']);
    expect((await api.call('POST', `/v1/tasks/${id}/cancel`)).statusCode).toBe(200);
  });

  it('retry a task with a pull request only with a credential for it', async () => {
    const source = git('https://github.com/acme/shop', { token: 'tok_hunter2' });
    const { id } = (await submit({ ...source, deliver: { pullRequest: {} } })).json();
    api.tasks.change(id, { status: 'failed', outcome: 'timeout' });
    const retry = (body: object) => api.call('POST', `/v1/tasks/${id}/retry`, { body });
    expect((await retry({})).json()).toMatchObject({ status: 422, code: 'delivery_not_available' });
    const withToken = await retry({ source: { git: { token: 'tok_hunter3' } } });
    expect([withToken.statusCode, api.tasks.submitted.at(-1)?.sourceToken]).toEqual([202, 'tok_hunter3']);
    expect(JSON.stringify(api.tasks.submitted.at(-1)?.request)).not.toContain('hunter');
  });

  it('retry a final task as a new one with the same base, and no other', async () => {
    const { id } = (await submit(GIT_TASK)).json();
    expect((await api.call('POST', `/v1/tasks/${id}/retry`)).json()).toMatchObject({
      status: 409,
      code: 'task_not_final',
    });
    const base = { ref: 'main', commit: 'c0ffee', tree: 'beef' };
    api.tasks.change(id, { status: 'failed', outcome: 'timeout', base, finishedAt: new Date() });
    const retried = await api.call('POST', `/v1/tasks/${id}/retry`, {
      body: { source: { git: { token: 'fresh' } } },
    });
    expect(retried.statusCode).toBe(202);
    expect(retried.json()).toMatchObject({ retryOf: id, status: 'queued', base });
    expect(api.tasks.submitted[1]).toMatchObject({ sourceToken: 'fresh', base });
    const wrong = await api.call('POST', `/v1/tasks/${id}/retry`, { body: { description: 'other' } });
    expect(wrong.json()).toMatchObject({ status: 422, errors: [{ pointer: '/description' }] });
  });
});
