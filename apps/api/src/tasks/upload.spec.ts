import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import { ApiUnderTest, KEY, MAX_UPLOAD_BYTES } from '../testing/api-under-test.ts';
import { UploadSpool } from './upload-spool.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

interface Part {
  readonly name: string;
  readonly content: Buffer | string;
  readonly file?: string;
  readonly type?: string;
}

const BOUNDARY = 'zip-zap';
const encode = (parts: readonly Part[], isCut = false): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, content, file, type }) => [
      Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}\r\n` +
          `${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`,
      ),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(isCut ? '' : `--${BOUNDARY}--\r\n`),
  ]);

const TYPE = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const send = (parts: readonly Part[], headers: Record<string, string> = {}) =>
  api.call('POST', '/v1/tasks', { body: encode(parts), headers: { ...TYPE, ...headers } });

const BYTES = Buffer.from([...Array(3000).keys()].map((n) => n % 256));
const archive: Part = { name: 'archive', content: BYTES, file: 'a.zip', type: 'application/zip' };
const task: Part = { name: 'task', content: '{"description":"x"}' };
const spooled = (): string[] => (existsSync(api.spoolDirectory) ? readdirSync(api.spoolDirectory) : []);

const expectNothingLeft = (): void => {
  expect(spooled()).toEqual([]);
  expect([...api.artifacts.contents.keys()]).toEqual([]);
  expect(api.tasks.submitted).toEqual([]);
};

describe('POST /v1/tasks with a ZIP', () => {
  it.each([
    ['archive first', [archive, task]],
    ['task first', [task, archive]],
    ['task as a JSON field', [{ ...task, type: 'application/json' }, archive]],
    ['task as a file', [archive, { ...task, file: 'blob', type: 'application/json' }]],
  ])('stores the very bytes: %s', async (_name, parts) => {
    const response = await send(parts);
    const sha256 = createHash('sha256').update(BYTES).digest('hex');
    expect(response.statusCode).toBe(202);
    expect(response.json().source).toEqual({ zip: { bytes: BYTES.length, sha256 } });
    expect(api.artifacts.contents.get(`tasks/${response.json().id}/input.zip`)?.equals(BYTES)).toBe(true);
    expect(spooled()).toEqual([]);
  });

  it.each<[string, Part[], number, string]>([
    ['two archives', [archive, archive, task], 422, 'source_conflict'],
    [
      'a git URL beside the ZIP',
      [archive, { ...task, content: '{"source":{"git":{"url":"https://a.org/x"}},"description":"x"}' }],
      422,
      'source_conflict',
    ],
    ['no task', [archive], 422, 'invalid_request'],
    ['two tasks', [task, archive, task], 422, 'invalid_request'],
    ['an unknown part', [archive, task, { name: 'other', content: 'x' }], 422, 'invalid_request'],
    ['an archive that is no file', [{ name: 'archive', content: 'x' }, task], 422, 'invalid_request'],
    ['no archive', [task], 422, 'source_missing'],
    ['malformed task JSON', [archive, { ...task, content: '{' }], 400, 'malformed_json'],
    [
      'a task that does not fit',
      [archive, { ...task, content: '{"description":""}' }],
      422,
      'invalid_request',
    ],
    [
      'too large',
      [task, { ...archive, content: Buffer.alloc(MAX_UPLOAD_BYTES + 1) }],
      413,
      'archive_too_large',
    ],
  ])('refuses %s, leaving nothing', async (_name, parts, status, code) => {
    expect((await send(parts)).json()).toMatchObject({ status, code });
    expectNothingLeft();
  });

  it('takes exactly the largest size', async () => {
    expect((await send([{ ...archive, content: Buffer.alloc(MAX_UPLOAD_BYTES) }, task])).statusCode).toBe(
      202,
    );
  });

  it('refuses a body that announces too much before it reads it', async () => {
    const response = await send([archive, task], { 'content-length': String(10 ** 9) });
    expect(response.json()).toMatchObject({ status: 413, code: 'archive_too_large' });
  });

  it('refuses what the inspector refuses, leaving nothing', async () => {
    api.archives.refuse = new AppError('archive_path', 'The path ../x leads out of the archive.');
    expect((await send([archive, task])).json()).toMatchObject({ status: 422, code: 'archive_path' });
    expectNothingLeft();
  });

  it('refuses a cut multipart body, leaving nothing', async () => {
    const body = encode([task, archive], true).subarray(0, -100);
    const response = await api.call('POST', '/v1/tasks', { body, headers: TYPE });
    expect(response.json()).toMatchObject({ status: 400, code: 'malformed_multipart' });
    expectNothingLeft();
  });

  it('keeps one input when an Idempotency-Key is used again, and tells another archive apart', async () => {
    const key = { 'idempotency-key': 'k' };
    const first = await send([archive, task], key);
    expect((await send([task, archive], key)).json().id).toBe(first.json().id);
    expect((await send([{ ...archive, content: 'other' }, task], key)).json().code).toBe(
      'idempotency_mismatch',
    );
    expect([...api.artifacts.contents.keys()]).toEqual([`tasks/${first.json().id}/input.zip`]);
  });

  it('copies the input for a retry', async () => {
    const { id } = (await send([archive, task])).json();
    api.tasks.change(id, { status: 'failed', outcome: 'timeout', finishedAt: new Date() });
    const retried = (await api.call('POST', `/v1/tasks/${id}/retry`)).json();
    expect(api.artifacts.contents.get(`tasks/${retried.id}/input.zip`)?.equals(BYTES)).toBe(true);
    const token = await api.call('POST', `/v1/tasks/${id}/retry`, {
      body: { source: { git: { token: 't' } } },
    });
    expect(token.json()).toMatchObject({ status: 422, errors: [{ pointer: '/source/git' }] });
  });

  it('leaves nothing of an upload that its client breaks off', async () => {
    const url = await api.listen();
    const upload = httpRequest(`${url}/v1/tasks`, {
      method: 'POST',
      headers: { ...TYPE, authorization: `Bearer ${KEY}`, 'transfer-encoding': 'chunked' },
    });
    upload.on('error', () => undefined);
    upload.write(encode([task, archive], true).subarray(0, -500));
    await eventually(() => spooled().length === 1);
    upload.destroy();
    await eventually(() => spooled().length === 0);
    expectNothingLeft();
  });

  it('lets the client read the refusal of an upload that is still coming', async () => {
    const url = await api.listen();
    const answer = await fetch(`${url}/v1/tasks`, {
      method: 'POST',
      headers: { ...TYPE, authorization: `Bearer ${KEY}` },
      body: encode([{ ...archive, content: Buffer.alloc(8 * 1024 ** 2) }, task]),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'archive_too_large' });
  });
});

describe('UploadSpool', () => {
  async function* bytes() {
    yield await Promise.resolve(Buffer.from('half'));
  }

  it('removes what killed processes left, and never the upload of one that lives', async () => {
    const spool = (mark: string) =>
      new UploadSpool(api.spoolDirectory, {
        mark,
        stateOf: (of) => (of === 'killed' ? 'dead' : of === 'far' ? 'unknown' : 'alive'),
      });
    for (const mark of ['killed', 'far', 'here']) await spool(mark).receive(bytes());
    expect(await spool('here').dropLeftOvers(60_000)).toBe(1);
    expect(
      spooled()
        .map((name) => name.split('_')[0])
        .sort(),
    ).toEqual(['far', 'here']);
    expect(await spool('here').dropLeftOvers(-1)).toBe(1);
    expect(spooled().map((name) => name.split('_')[0])).toEqual(['here']);
  });
});
