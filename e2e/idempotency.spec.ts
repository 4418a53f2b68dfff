import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from './system/problems.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import { zipOf } from './system/zip-bytes.ts';

/** However often a request is sent with one Idempotency-Key, it is done once. */
const AT_ONCE = 50;

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem();
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly code: string;
  readonly isReplay: boolean;
}

const answerOf = async (response: Response): Promise<Answer> => {
  const { id, code } = (await response.json()) as { id: string; code: string };
  const isReplay = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, id, code, isReplay };
};

const count = async (label: string): Promise<number> => {
  const response = await system.client.request(`/v1/tasks?limit=200&label=group:${label}`);
  return ((await response.json()) as { items: unknown[] }).items.length;
};

/** All at once, then once more. @returns the one id. */
const expectOne = async (send: () => Promise<Response>): Promise<string> => {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, async () => answerOf(await send())));
  const accepted = answers.filter(({ status }) => status === 202);
  const others = answers.filter(({ status }) => status !== 202);
  expect(new Set(others.map(({ status, code }) => `${String(status)} ${code}`))).toEqual(
    new Set(others.length > 0 ? ['409 idempotency_in_flight'] : []),
  );
  expect(new Set(accepted.map(({ id }) => id)).size).toBe(1);
  expect(accepted.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
  const [id = ''] = accepted.map((answer) => answer.id);
  expect(await answerOf(await send())).toMatchObject({ status: 202, id, isReplay: true });
  return id;
};

describe('50 equal requests with one Idempotency-Key', () => {
  it('make one task of JSON', async () => {
    const task = bashTask(url, 'true', { labels: { group: 'json' } });
    const id = await expectOne(() => system.client.post('/v1/tasks', task, { 'idempotency-key': 'json' }));
    expect(await count('json')).toBe(1);
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'no_changes' });
  });

  it('make one task of a ZIP, and keep one copy of it', async () => {
    const zip = new Uint8Array(await zipOf({ 'a.txt': 'one\n' }));
    const task = JSON.stringify({
      description: 'x',
      agent: { harness: 'command', command: ['sh', '-c', 'echo two > a.txt'] },
      labels: { group: 'zip' },
    });
    const send = (body: Uint8Array<ArrayBuffer>) => {
      const form = new FormData();
      form.set('task', task);
      form.set('archive', new Blob([body]), 'a.zip');
      const headers = { 'idempotency-key': 'zip' };
      return system.client.request('/v1/tasks', { method: 'POST', body: form, headers });
    };
    const id = await expectOne(() => send(zip));
    expect(await count('zip')).toBe(1);
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'changed' });
    const other = new Uint8Array(await zipOf({ 'a.txt': 'other\n' }));
    const mismatch = { status: 422, code: 'idempotency_mismatch' };
    await expectProblem(await send(other), mismatch);
  });

  it('make one retry, and the key is free on another route', async () => {
    const task = bashTask(url, 'true', { labels: { group: 'retry' } });
    const first = await system.client.submit(task);
    await system.client.wait(first.id);
    const path = `/v1/tasks/${first.id}/retry`;
    const id = await expectOne(() => system.client.post(path, {}, { 'idempotency-key': 'json' }));
    expect(await count('retry')).toBe(2);
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'no_changes', retryOf: first.id });
  });
});
