import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort } from '@drydock/testing';
import { AppProcess } from './app-process.ts';
import { expectDocumented, expectUndocumented, lookAtWebhook } from './documented.ts';

/** Answers with what the query says, as anything but our api would. */
const SERVER = `
import { createServer } from 'node:http';
createServer((request, response) => {
  const query = new URL(request.url, 'http://x').searchParams;
  response.setHeader('content-type', query.get('type') ?? 'application/json');
  response.statusCode = Number(query.get('status') ?? 200);
  const pieces = query.getAll('piece').map((piece) => Buffer.from(piece, 'base64'));
  for (const piece of pieces.slice(0, -1)) response.write(piece);
  if (query.has('hang')) response.write(pieces.at(-1));
  else response.end(pieces.at(-1));
}).listen(process.env.PORT, '127.0.0.1');
`;

let folder: string;
let url: string;
let api: AppProcess;

const base64 = (piece: string | Buffer): string =>
  encodeURIComponent(Buffer.from(piece as string).toString('base64'));

const start = async (): Promise<void> => {
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  api = new AppProcess('api', { PORT: port }, { bundle: join(folder, 'server.mjs') });
  await eventually(() => fetch(`${url}/livez?piece=${base64('{"status":"ok"}')}`));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-documented-'));
  await writeFile(join(folder, 'server.mjs'), SERVER);
  await start();
});

afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

interface Wanted {
  readonly status?: number;
  readonly type?: string;
  readonly pieces?: readonly (string | Buffer)[];
  readonly hangs?: boolean;
}

const ask = async (path: string, wanted: Wanted, init: RequestInit = {}): Promise<void> => {
  const { status = 200, type = 'application/json', pieces = [], hangs = false } = wanted;
  const query = pieces.map((piece) => `&piece=${base64(piece)}`).join('');
  const address = `${url}${path}?status=${String(status)}&type=${encodeURIComponent(type)}${query}`;
  const response = await fetch(`${address}${hangs ? '&hang=1' : ''}`, init);
  if (hangs) await response.body?.cancel();
  else await response.arrayBuffer();
};

/** What `afterEach` would fail with. */
const faultsNow = (): string => {
  try {
    expectDocumented();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('every answer of an api in a spec', () => {
  it('is let through when the document knows it', async () => {
    await ask('/livez', { pieces: ['{"status":', '"ok"}'] });
    await ask('/v1/tasks/task_1/diff', { type: 'text/x-diff', pieces: [Buffer.alloc(100_000, 255)] });
    expectDocumented();
  });

  it('fails the spec when it is not what the document says, whoever asked', async () => {
    await ask('/livez', { pieces: ['{"status":', '"so so"}'] });
    expect(faultsNow()).toMatch(/GET \/livez 200 \(live\): \/status must be equal to one of/);
    await ask('/v1/tasks', { pieces: ['{"id":"x"}'] }, { method: 'POST' });
    expect(faultsNow()).toMatch(/POST \/v1\/tasks 200 \(submitTask\): the document knows 202, 400/);
    await ask('/v1/tasks', { type: 'text/html', pieces: ['<p>'] });
    expect(faultsNow()).toMatch(/the document knows application\/json only, not text\/html/);
    await ask('/v1/tasks', { status: 404, type: 'application/problem+json', pieces: ['{}'] });
    expect(faultsNow()).toMatch(/GET \/v1\/tasks 404 \(listTasks\): the document knows 200, 400/);
    expect(faultsNow()).toBe('');
  });

  it('is looked at event by event in a stream, also in one that was left', async () => {
    const type = 'text/event-stream; charset=utf-8';
    const sound = 'id: 1\nevent: notice\ndata: {"seq":1,"at":"x","attempt":null,"type":"notice","v":1,';
    const rest = '"code":"x","message":"é"}\n\n';
    const bytes = Buffer.from(sound + rest);
    const path = '/v1/tasks/task_1/events';
    // Cut in the middle of a letter.
    const cut = bytes.indexOf(0xc3) + 1;
    await ask(path, { type, pieces: [bytes.subarray(0, cut), bytes.subarray(cut), 'id: 2\nevent: not'] });
    expectDocumented();
    await ask(path, { type, hangs: true, pieces: [bytes, `${sound}"code":1}\n\n`] });
    expect(faultsNow()).toMatch(/GET \/v1\/tasks\/task_1\/events 200 \(readEvents\): \/code must be string/);
  });

  it('that the document has no route for must be what the spec asks for', async () => {
    const problem = { type: '/errors/not_found', title: 'x', status: 404, detail: 'x', code: 'not_found' };
    const pieces = [JSON.stringify({ ...problem, requestId: 'r' })];
    const wanted = { status: 404, type: 'application/problem+json' };
    await ask('/v1/nothing', { ...wanted, pieces });
    expect(() => {
      expectUndocumented('GET /v1/other 404');
    }).toThrow('GET /v1/nothing');
    await ask('/v1/nothing', { ...wanted, pieces });
    expectUndocumented('GET /v1/nothing 404');
    await ask('/v1/nothing', { ...wanted, pieces: ['{"code":"not_found"}'] });
    expect(() => {
      expectUndocumented('GET /v1/nothing 404');
    }).toThrow("required property 'detail'");
  });

  it('is looked at before an api that is killed is gone', async () => {
    await ask('/livez', { pieces: ['{}'] });
    await api.killHard();
    await start();
    expect(faultsNow()).toContain("property 'status'");
  });

  it('goes for webhooks as well', () => {
    lookAtWebhook('{"type":"rumour"}');
    expect(faultsNow()).toContain('webhook: /type must be equal to one of the allowed values');
  });
});
