import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import { zipOf } from './system/zip-bytes.ts';

/** The api dies before it can answer; the client knows nothing and sends its request again with the same key. */
const HEADERS = { 'idempotency-key': 'sent twice' };

let system: System;

afterEach(async () => {
  await system.stop();
});

/** Another api in the place of the dead one. */
const startAgain = async (): Promise<void> => {
  await system.api.ended();
  await system.startApi({ DRYDOCK_CRASH_POINT: undefined });
};

const tasks = async (): Promise<string[]> => {
  const page = await (await system.client.request('/v1/tasks')).json();
  return (page as { items: { id: string }[] }).items.map(({ id }) => id);
};

const sendUntilAnswered = async (send: () => Promise<Response>, point: string): Promise<string> => {
  await expect(send()).rejects.toThrow('fetch failed');
  await startAgain();
  const kept = await tasks();
  expect(kept).toHaveLength(point === 'submit.after_insert' ? 1 : 0);
  const response = await send();
  const { id } = (await response.json()) as { id: string };
  const isReplay = response.headers.get('idempotency-replayed') === 'true';
  expect([response.status, isReplay]).toEqual([202, kept.length > 0]);
  expect(response.headers.get('location')).toBe(`/v1/tasks/${id}`);
  if (kept.length > 0) expect(kept).toEqual([id]);
  expect(await tasks()).toEqual([id]);
  return id;
};

describe.each(['submit.before_insert', 'submit.after_insert'])('an api that dies at %s', (point) => {
  const start = async (): Promise<void> => {
    system = await startSystem({ workers: 0, env: { DRYDOCK_CRASH_POINT: point } });
  };

  it('leaves one task of a request that is sent again', async () => {
    await start();
    const task = bashTask(await publishScript(system, 'small', 'echo one > a.txt'), 'true');
    const id = await sendUntilAnswered(() => system.client.post('/v1/tasks', task, HEADERS), point);
    await system.startWorker();
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'no_changes' });
  });

  it('leaves one task of a ZIP that is sent again, with its input', async () => {
    await start();
    const zip = new Uint8Array(await zipOf({ 'a.txt': 'one\n' }));
    const agent = { harness: 'command', command: ['sh', '-c', 'echo two > a.txt'] };
    const send = () => {
      const form = new FormData();
      form.set('task', JSON.stringify({ description: 'x', agent }));
      form.set('archive', new Blob([zip]), 'a.zip');
      return system.client.request('/v1/tasks', { method: 'POST', body: form, headers: HEADERS });
    };
    const id = await sendUntilAnswered(send, point);
    expect(await readdir(join(system.dataDirectory, 'artifacts', 'tasks'))).toContain(id);
    await system.startWorker();
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'changed' });
  });
});
