import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectUndocumented } from './system/documented.ts';
import { footprint } from './system/footprint.ts';
import { expectProblem } from './system/problems.ts';
import { startSystem, type System } from './system/start-system.ts';
import { renameIn, zipOf } from './system/zip-bytes.ts';

/** Whatever is wrong with a request is said by code and JSON Pointer, and creates nothing. */
const MAX_UPLOAD_MB = 1;
const URL = 'https://example.com/a.git';
const TASK = { source: { git: { url: URL } }, description: 'x' };
const from = (git: object) => ({ source: { git }, description: 'x' });

let system: System;
let before: unknown;

beforeAll(async () => {
  // Without a worker, so that nothing but the requests themselves changes the queue
  system = await startSystem({ workers: 0, env: { DRYDOCK_MAX_UPLOAD_MB: String(MAX_UPLOAD_MB) } });
  await system.client.post('/v1/tasks', TASK, { 'idempotency-key': 'taken' });
  before = await footprint(system);
});

afterAll(async () => {
  await system.stop();
});

const expectNothingCreated = async (): Promise<void> => {
  expect(await footprint(system)).toEqual(before);
};

describe('a JSON body', () => {
  it.each<[string, unknown, string, string]>([
    ['no source', { description: 'x' }, 'source_missing', '/source'],
    ['a ZIP announced, none sent', { source: { zip: {} }, description: 'x' }, 'source_missing', '/source'],
    [
      'two sources',
      { source: { git: { url: URL }, zip: {} }, description: 'x' },
      'source_conflict',
      '/source',
    ],
    ['a bad URL', from({ url: 'https://' }), 'source_url_invalid', '/source/git/url'],
    ['no URL', from({}), 'invalid_request', '/source/git/url'],
    ['a bad scheme', from({ url: 'ftp://example.com/a' }), 'source_url_scheme', '/source/git/url'],
    ['a local file', from({ url: 'file:///etc/passwd' }), 'source_url_scheme', '/source/git/url'],
    ['a command as URL', from({ url: 'ext::sh -c id' }), 'source_url_invalid', '/source/git/url'],
    ['credentials in the URL', from({ url: 'https://u:p@a.org/x' }), 'credentials_in_url', '/source/git/url'],
    ['a private host', from({ url: 'https://169.254.169.254/x' }), 'host_not_allowed', '/source/git/url'],
    ['an option as ref', from({ url: URL, ref: '--upload-pack=x' }), 'source_ref_invalid', '/source/git/ref'],
    ['an empty description', { ...TASK, description: '' }, 'invalid_request', '/description'],
    [
      'a description of 256 KiB and a byte',
      { ...TASK, description: 'x'.repeat(256 * 1024 + 1) },
      'invalid_request',
      '/description',
    ],
    ['an unknown field', { ...TASK, colour: 'red' }, 'invalid_request', '/colour'],
    ['an unknown field inside', { ...TASK, limits: { 'a/b': 1 } }, 'invalid_request', '/limits/a~1b'],
    ['an unknown harness', { ...TASK, agent: { harness: 'magic' } }, 'invalid_request', '/agent/harness'],
    ['an image that is not allowed', { ...TASK, image: 'evil/image:1' }, 'image_not_allowed', '/image'],
    [
      'a time over the maximum',
      { ...TASK, limits: { timeoutSeconds: 86_401 } },
      'invalid_request',
      '/limits/timeoutSeconds',
    ],
    [
      'memory over the maximum',
      { ...TASK, limits: { memoryMb: 65_537 } },
      'invalid_request',
      '/limits/memoryMb',
    ],
    ['pids over the maximum', { ...TASK, limits: { pids: 4097 } }, 'invalid_request', '/limits/pids'],
    ['disk over the maximum', { ...TASK, limits: { diskMb: 102_401 } }, 'invalid_request', '/limits/diskMb'],
    [
      'steps over the maximum',
      { ...TASK, limits: { maxSteps: 10_001 } },
      'invalid_request',
      '/limits/maxSteps',
    ],
    ['an array', [TASK], 'invalid_request', ''],
    ['null', null, 'invalid_request', ''],
  ])('with %s is refused', async (_name, body, code, pointer) => {
    const response = await system.client.post('/v1/tasks', body);
    await expectProblem(response, { status: 422, code, pointer });
    await expectNothingCreated();
  });

  it('that is no JSON, is empty, or is of another type is refused', async () => {
    const send = (body: string, type: string) =>
      system.client.request('/v1/tasks', { method: 'POST', body, headers: { 'content-type': type } });
    const malformed = { status: 400, code: 'malformed_json' };
    const unsupported = { status: 415, code: 'unsupported_media_type' };
    await expectProblem(await send('{"description": ', 'application/json'), malformed);
    await expectProblem(await send('', 'application/json'), malformed);
    const prototype = { status: 422, code: 'invalid_request', pointer: '/__proto__' };
    await expectProblem(await send('{"__proto__": {"admin": true}}', 'application/json'), prototype);
    for (const type of [
      'text/plain',
      'application/xml',
      'application/zip',
      'application/x-www-form-urlencoded',
    ])
      await expectProblem(await send(JSON.stringify(TASK), type), unsupported);
    await expectNothingCreated();
  });

  it('that is far too large is refused', async () => {
    const response = await system.client.post('/v1/tasks', {
      ...TASK,
      description: 'x'.repeat(12 * 1024 ** 2),
    });
    await expectProblem(response, { status: 413, code: 'payload_too_large' });
    await expectNothingCreated();
  });

  it('that differs from the first one of its Idempotency-Key is refused', async () => {
    const other = await system.client.post(
      '/v1/tasks',
      { ...TASK, priority: 1 },
      { 'idempotency-key': 'taken' },
    );
    await expectProblem(other, { status: 422, code: 'idempotency_mismatch' });
    const long = await system.client.post('/v1/tasks', TASK, { 'idempotency-key': 'x'.repeat(256) });
    await expectProblem(long, { status: 422, code: 'invalid_request' });
    await expectNothingCreated();
  });
});

describe('a multipart body', () => {
  const form = (parts: readonly (readonly [name: string, content: string | Buffer])[]): FormData => {
    const data = new FormData();
    for (const [name, content] of parts)
      if (typeof content === 'string') data.append(name, content);
      else data.append(name, new Blob([new Uint8Array(content)], { type: 'application/zip' }), 'a.zip');
    return data;
  };
  const send = (body: FormData) => system.client.request('/v1/tasks', { method: 'POST', body });
  const task = JSON.stringify({ description: 'x' });
  const sound = () => zipOf({ 'a.txt': 'one' });

  it.each<[string, () => Promise<Buffer>, number, string]>([
    ['no ZIP', () => Promise.resolve(Buffer.from('hello, I am text')), 422, 'archive_invalid'],
    ['empty', () => Promise.resolve(Buffer.alloc(0)), 422, 'archive_invalid'],
    ['truncated', async () => (await sound()).subarray(0, -30), 422, 'archive_invalid'],
    ['without entries', () => zipOf({}), 422, 'archive_empty'],
    [
      'leading out',
      async () => renameIn(await zipOf({ 'aa/evil': 'x' }), 'aa/evil', '../evil'),
      422,
      'archive_path',
    ],
    [
      'leading to the root',
      async () => renameIn(await zipOf({ 'aetc/x': 'x' }), 'aetc/x', '/etc/x'),
      422,
      'archive_path',
    ],
    ['a bomb of 200 MB', () => zipOf({ zeros: Buffer.alloc(200_000_000) }), 422, 'archive_bomb'],
    [
      'too large',
      () => Promise.resolve(Buffer.alloc(MAX_UPLOAD_MB * 1024 ** 2 + 1)),
      413,
      'archive_too_large',
    ],
  ])('with an archive that is %s is refused', async (_name, archive, status, code) => {
    const response = await send(
      form([
        ['task', task],
        ['archive', await archive()],
      ]),
    );
    await expectProblem(response, { status, code });
    await expectNothingCreated();
  });

  it('with parts too few, too many or unknown is refused', async () => {
    const zip = await sound();
    const refused = { status: 422 };
    const both = JSON.stringify(TASK);
    const invalid = { ...refused, code: 'invalid_request', pointer: '' };
    await expectProblem(await send(form([['archive', zip]])), invalid);
    await expectProblem(
      await send(
        form([
          ['task', task],
          ['archive', zip],
          ['task', task],
        ]),
      ),
      invalid,
    );
    await expectProblem(
      await send(
        form([
          ['task', task],
          ['archive', zip],
          ['more', 'x'],
        ]),
      ),
      invalid,
    );
    const conflict = { ...refused, code: 'source_conflict', pointer: '/source' };
    await expectProblem(
      await send(
        form([
          ['task', task],
          ['archive', zip],
          ['archive', zip],
        ]),
      ),
      conflict,
    );
    await expectProblem(
      await send(
        form([
          ['task', both],
          ['archive', zip],
        ]),
      ),
      conflict,
    );
    const missing = { ...refused, code: 'source_missing', pointer: '/source' };
    await expectProblem(await send(form([['task', task]])), missing);
    await expectNothingCreated();
  });

  it('with a task that is no JSON, or a root that is not there, is refused', async () => {
    const zip = await sound();
    const malformed = { status: 400, code: 'malformed_json' };
    await expectProblem(
      await send(
        form([
          ['archive', zip],
          ['task', '{'],
        ]),
      ),
      malformed,
    );
    const elsewhere = JSON.stringify({ source: { zip: { root: 'none' } }, description: 'x' });
    const rootMissing = { status: 422, code: 'archive_root_missing' };
    await expectProblem(
      await send(
        form([
          ['archive', zip],
          ['task', elsewhere],
        ]),
      ),
      rootMissing,
    );
    await expectNothingCreated();
  });

  it('that is cut in the middle is refused', async () => {
    const response = await system.client.request('/v1/tasks', {
      method: 'POST',
      body: '--cut\r\ncontent-disposition: form-data; name="task"\r\n\r\n{"descr',
      headers: { 'content-type': 'multipart/form-data; boundary=cut' },
    });
    await expectProblem(response, { status: 400, code: 'malformed_multipart' });
    await expectNothingCreated();
  });
});

describe('a request for what is not there', () => {
  it.each([
    ['GET', '/v1/tasks/{id}', ''],
    ['GET', '/v1/tasks/{id}/events', '/events'],
    ['GET', '/v1/tasks/{id}/diff', '/diff'],
    ['GET', '/v1/tasks/{id}/artifacts', '/artifacts'],
    ['GET', '/v1/tasks/{id}/artifacts/{name}', '/artifacts/agent.log'],
    ['POST', '/v1/tasks/{id}/cancel', '/cancel'],
    ['POST', '/v1/tasks/{id}/retry', '/retry'],
  ])('%s %s by a bad or unknown id is answered with 404', async (method, _path, suffix) => {
    for (const id of ['nonsense', `task_${'0'.repeat(26)}`, '..%2f..', 'task_%00']) {
      const response = await system.client.request(`/v1/tasks/${id}${suffix}`, { method });
      await expectProblem(response, { status: 404, code: 'not_found' });
    }
    await expectNothingCreated();
  });

  it.each([
    ['cursor=nonsense', '/cursor'],
    ['limit=0', '/limit'],
    ['limit=1000', '/limit'],
    ['status=lost', '/status'],
    ['label=no-colon', '/label/0'],
    ['colour=red', '/colour'],
  ])('the list by %s is answered with 422', async (query, pointer) => {
    const response = await system.client.request(`/v1/tasks?${query}`);
    await expectProblem(response, { status: 422, code: 'invalid_request', pointer });
  });
});

describe('a request that the document does not know', () => {
  it('by its address or its method is refused by a problem', async () => {
    const refused = async (method: string, path: string): Promise<unknown> => {
      const response = await system.client.request(path, { method });
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    expect(await refused('GET', '/v1/nothing')).toEqual([404, 'not_found']);
    expect(await refused('GET', '/nothing')).toEqual([404, 'not_found']);
    expect(await refused('PUT', '/v1/tasks')).toEqual([405, 'method_not_allowed']);
    expectUndocumented('GET /v1/nothing 404', 'GET /nothing 404', 'PUT /v1/tasks 405');
  });
});

describe('a request without a right', () => {
  it.each([
    ['no key', ''],
    ['a key of another shape', 'Bearer nonsense'],
    ['an unknown key', `Bearer dk_${'a'.repeat(12)}_${'b'.repeat(43)}`],
    ['another scheme', 'Basic dTpw'],
  ])('by %s is answered with 401', async (_name, authorization) => {
    const refused = { status: 401, code: 'unauthorized' };
    const headers = { authorization, 'content-type': 'application/json' };
    const submit = { method: 'POST', body: JSON.stringify(TASK), headers };
    await expectProblem(await fetch(`${system.url}/v1/tasks`, submit), refused);
    await expectProblem(await fetch(`${system.url}/v1/tasks`, { headers }), refused);
    await expectNothingCreated();
  });
});
