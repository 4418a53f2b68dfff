import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { expect, it } from '@jest/globals';

const MAX_GZIPPED_BYTES = 12 * 1024;

const bundle = async (more: BuildOptions): Promise<Uint8Array> => {
  // An import of `node:…` fails here.
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'index.ts')],
    bundle: true,
    platform: 'browser',
    minify: true,
    write: false,
    logLevel: 'silent',
    ...more,
  });
  return outputFiles?.[0]?.contents ?? new Uint8Array();
};

it('is small', async () => {
  expect(gzipSync(await bundle({ format: 'esm' })).length).toBeLessThan(MAX_GZIPPED_BYTES);
});

/** What browsers, Deno, Bun and edge runtimes have in common, as far as the library uses it; nothing of Node's own. */
const STANDARD = {
  ...{ AbortController, AbortSignal, Blob, FormData, Headers, ReadableStream, Request, Response, URL },
  ...{ TextDecoder, TextEncoder, atob, clearTimeout, crypto, setTimeout },
};

const PROGRAM = `(async () => {
  const client = new sdk.Drydock({ baseUrl: 'http://api.example', apiKey: 'dk_a_b' });
  const archives = [new Uint8Array(3), new Blob(['zip']), () => (async function* () { yield new Uint8Array(3); })()];
  const made = [];
  for (const archive of archives) made.push(await client.tasks.create({ description: 'x' }, { archive }));
  const { id } = made[0];
  const events = [];
  for await (const event of client.tasks.follow(id)) events.push(event.seq);
  const task = await client.tasks.wait(id);
  const patch = new TextDecoder().decode(await client.tasks.diff(id));
  const error = await client.tasks.get('none').catch((thrown) => thrown);
  const { type } = await sdk.verifyWebhook(webhook);
  return JSON.stringify({ made: made.length, events, status: task.status, patch, code: error.code, type });
})()`;

const API: Readonly<Record<string, () => Response>> = {
  'POST /v1/tasks': () => Response.json({ id: 'task_1', status: 'queued' }, { status: 202 }),
  'GET /v1/tasks/task_1': () => Response.json({ id: 'task_1', status: 'succeeded' }),
  'GET /v1/tasks/task_1/diff': () => new Response('diff', { headers: { 'content-type': 'text/x-diff' } }),
  'GET /v1/tasks/task_1/events': () =>
    new Response('id: 1\ndata: {"seq":1}\n\nid: 2\ndata: {"seq":2}\n\nevent: end\ndata: {}\n\n'),
};
const missing = (): Response => Response.json({ code: 'not_found', detail: 'none' }, { status: 404 });

const received = () => {
  const [key, body] = [Buffer.from('secret'), '{"type":"task.failed"}'];
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`msg_1.${at}.${body}`).digest('base64');
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
  return { secret: `whsec_${key.toString('base64')}`, headers, body };
};

it('sends no stream from a page, where browsers cannot', async () => {
  const types: (string | null)[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    types.push(request.headers.get('content-type'));
    expect((await request.text()).match(/filename="archive.zip"/g)).toHaveLength(1);
    return Response.json({ id: 'task_1' }, { status: 202 });
  };
  const program = `new sdk.Drydock({ baseUrl: 'http://api.example' }).tasks.create(
    { description: 'x' },
    { archive: () => (async function* () { yield new Uint8Array(3); })() },
  )`;
  for (const more of [{}, { document: {} }]) {
    const context = createContext({ ...STANDARD, ...more, fetch });
    runInContext(new TextDecoder().decode(await bundle({ format: 'iife', globalName: 'sdk' })), context);
    await runInContext(program, context);
  }
  // The boundary of a stream is ours, that of a form is not.
  expect(types).toEqual([expect.stringContaining('=drydock-'), expect.not.stringContaining('=drydock-')]);
});

it('is for browsers, Deno, Bun and edge runtimes too: it works with nothing but what all of them have', async () => {
  const fetch = async (request: Request): Promise<Response> => {
    await request.arrayBuffer();
    return (API[`${request.method} ${new URL(request.url).pathname}`] ?? missing)();
  };
  const context = createContext({ ...STANDARD, fetch, webhook: received() });
  runInContext(new TextDecoder().decode(await bundle({ format: 'iife', globalName: 'sdk' })), context);
  const told = (await runInContext(PROGRAM, context)) as string;
  expect(JSON.parse(told)).toEqual({
    ...{ made: 3, events: [1, 2], status: 'succeeded', patch: 'diff' },
    ...{ code: 'not_found', type: 'task.failed' },
  });
});
