import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import type { AttemptRecord } from '@drydock/engine';
import { ApiUnderTest, GIT_TASK } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
let id: TaskId;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  id = (await api.call('POST', '/v1/tasks', { body: GIT_TASK })).json().id;
});
afterEach(() => api.stop());

const PATCH = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x80]);
const attempt = (number: number, isOver: boolean): AttemptRecord => ({
  number,
  workerId: 'w',
  startedAt: new Date(),
  finishedAt: isOver ? new Date() : null,
  outcome: isOver ? 'timeout' : null,
});
const store = (number: number, name: string, bytes: Buffer): void => {
  api.artifacts.contents.set(`tasks/${id}/attempts/${String(number)}/${name}`, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const contentType = name === 'diff.patch' ? 'text/x-diff' : 'text/plain; charset=utf-8';
  api.tasks.addArtifact(id, { name, attempt: number, bytes: bytes.length, sha256, contentType });
};
const finish = (...attempts: AttemptRecord[]): void => {
  api.tasks.change(id, { status: 'failed', outcome: 'timeout', finishedAt: new Date(), attempts });
};
const get = (path: string) => api.call('GET', `/v1/tasks/${id}/${path}`);

describe('GET /v1/tasks/{id}/diff', () => {
  it('gives the exact bytes with their length', async () => {
    store(1, 'diff.patch', PATCH);
    finish(attempt(1, true));
    const response = await get('diff');
    expect(response.rawPayload.equals(PATCH)).toBe(true);
    expect(response.headers).toMatchObject({ 'content-type': 'text/x-diff', 'content-length': '5' });
  });

  it('is 200 and empty when nothing changed', async () => {
    store(1, 'diff.patch', Buffer.alloc(0));
    finish(attempt(1, true));
    const response = await get('diff');
    expect([response.statusCode, response.headers['content-length'], response.body]).toEqual([200, '0', '']);
  });

  it('is 409 while the task lives and 404 when it left none', async () => {
    expect((await get('diff')).json()).toMatchObject({ status: 409, code: 'diff_not_ready' });
    finish();
    expect((await get('diff')).json()).toMatchObject({ status: 404, code: 'diff_not_available' });
    finish(attempt(1, true));
    expect((await get('diff')).json()).toMatchObject({ status: 404, code: 'diff_not_available' });
  });

  it('gives the last attempt, or the one asked for even while another runs', async () => {
    store(1, 'diff.patch', PATCH);
    api.tasks.change(id, { status: 'running', attempts: [attempt(1, true), attempt(2, false)] });
    expect((await get('diff?attempt=1')).rawPayload.equals(PATCH)).toBe(true);
    expect((await get('diff?attempt=2')).json().code).toBe('diff_not_ready');
    expect((await get('diff?attempt=3')).json().code).toBe('diff_not_available');
    expect((await get('diff?attempt=0')).json().code).toBe('invalid_request');
    store(2, 'diff.patch', Buffer.from('second'));
    finish(attempt(1, true), attempt(2, true));
    expect((await get('diff')).body).toBe('second');
  });

  it('is a fault of ours when the file has another size than was recorded', async () => {
    store(1, 'diff.patch', PATCH);
    api.artifacts.contents.set(`tasks/${id}/attempts/1/diff.patch`, Buffer.from('x'));
    finish(attempt(1, true));
    expect((await get('diff')).json()).toMatchObject({ status: 500, code: 'internal_error' });
  });
});

describe('GET /v1/tasks/{id}/artifacts', () => {
  it('lists and downloads what is on the closed list only', async () => {
    store(1, 'agent.log', Buffer.from('hello'));
    finish(attempt(1, true));
    expect((await get('artifacts')).json().items).toMatchObject([
      { name: 'agent.log', attempt: 1, bytes: 5 },
    ]);
    const response = await get('artifacts/agent.log');
    expect([response.body, response.headers['x-content-type-options']]).toEqual(['hello', 'nosniff']);
    for (const name of ['input.zip', '..%2f..%2finput.zip', 'verify.log'])
      expect((await get(`artifacts/${name}`)).json()).toMatchObject({
        status: 404,
        code: 'artifact_not_available',
      });
  });

  it('is 409 while the task lives', async () => {
    expect((await get('artifacts/agent.log')).json()).toMatchObject({
      status: 409,
      code: 'artifact_not_ready',
    });
    expect((await get('artifacts')).json()).toEqual({ items: [] });
  });
});

describe('after retention', () => {
  const removed = { status: 404, detail: expect.stringMatching(/removed on 2026-03-04/) };

  it('says that the files were removed, by the code of each route', async () => {
    finish(attempt(1, true));
    api.tasks.change(id, { filesDeletedAt: new Date('2026-03-04T05:06:07Z') });
    for (const path of ['diff', 'artifacts/diff.patch', 'diff?attempt=1'])
      expect((await get(path)).json()).toMatchObject({ ...removed, code: 'diff_not_available' });
    expect((await get('artifacts/agent.log')).json()).toMatchObject({
      ...removed,
      code: 'artifact_not_available',
    });
    expect((await get('diff?attempt=2')).json()).toMatchObject({
      detail: expect.stringContaining('left no diff.patch'),
    });
    expect((await get('artifacts')).json()).toEqual({ items: [] });
  });

  it('says so too when the rows go between the two looks', async () => {
    store(1, 'agent.log', PATCH);
    store(1, 'diff.patch', PATCH);
    finish(attempt(1, true));
    const open = api.artifacts.get.bind(api.artifacts);
    api.artifacts.get = (key) => {
      api.tasks.change(id, { filesDeletedAt: new Date('2026-03-04T05:06:07Z') });
      api.artifacts.contents.clear();
      return open(key);
    };
    expect((await get('diff')).json()).toMatchObject({ ...removed, code: 'diff_not_available' });
    expect((await get('artifacts/agent.log')).json()).toMatchObject({
      ...removed,
      code: 'artifact_not_available',
    });
  });

  it('does not blame it for a file that got lost', async () => {
    store(1, 'diff.patch', PATCH);
    finish(attempt(1, true));
    api.artifacts.contents.clear();
    expect((await get('diff')).json()).toMatchObject({
      status: 404,
      code: 'diff_not_available',
      detail: expect.stringContaining('missing'),
    });
  });
});
