import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Drydock } from '../drydock.ts';
import { ApiError, ConnectionError } from '../errors.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | null = null;
const seen: { method: string; key: string | undefined; body: string }[] = [];

/** A server that gives these answers, one after the other, the last one for ever. */
const serve = async (...answers: readonly Answer[]): Promise<string> => {
  let calls = 0;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', headers } = request;
      seen.push({ method, key: headers['idempotency-key'] as string | undefined, body });
      answers[Math.min(calls++, answers.length - 1)]?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  json(
    status,
    { status, code, detail: `what ${code} means`, requestId: 'req_1', title: '', type: '' },
    headers,
  );
const reset: Answer = (request) => request.socket.destroy();
const breakOff: Answer = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999' });
  response.write('{"id":', () => request.socket.destroy());
};
const TASK = { id: 'task_1', status: 'queued' };

const clientOf = (baseUrl: string, more: object = {}): Drydock =>
  new Drydock({ baseUrl, apiKey: 'dk_a_b', retry: { firstDelayMs: 1 }, ...more });

afterEach(async () => {
  seen.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
});

describe('a call over a bad network', () => {
  it('submits under one key until an answer comes through', async () => {
    const client = clientOf(
      await serve(reset, problem(503, 'service_unavailable'), breakOff, json(202, TASK)),
    );
    await expect(client.tasks.create({ description: 'x' })).resolves.toMatchObject(TASK);
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]?.key).toMatch(/^sdk-[0-9a-f]{32}$/);
  });

  it('sends the whole ZIP again with each try, from bytes, from a stream and from a function', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('PK-first-');
      yield Buffer.from('second');
    }
    for (const archive of [Buffer.from('PK-first-second'), chunks(), chunks]) {
      const client = clientOf(await serve(reset, json(202, TASK)));
      await client.tasks.create({ description: 'größer' }, { archive });
      expect(seen).toHaveLength(2);
      for (const { body } of seen) {
        expect(body).toContain('PK-first-second');
        expect(body).toContain('{"description":"größer"}');
      }
      await new Promise((resolve) => server?.close(resolve));
      server?.closeAllConnections();
      seen.length = 0;
    }
  });

  it('orders no delivery twice when it cannot know whether the first was heard', async () => {
    const client = clientOf(await serve(reset, json(202, { id: 'dlv_1' })));
    await expect(client.tasks.deliver('task_1', {})).rejects.toThrow(ConnectionError);
    expect(seen).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    const client = clientOf(
      await serve(problem(429, 'rate_limited', { 'retry-after': '1' }), json(200, TASK)),
    );
    const startedAt = performance.now();
    await client.tasks.get('task_1');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it('says what is wrong when nobody listens', async () => {
    const url = await serve(reset);
    await new Promise((resolve) => server?.close(resolve));
    const client = clientOf(url, { retry: { maxRetries: 1, firstDelayMs: 1 } });
    await expect(client.tasks.get('task_1')).rejects.toThrow(
      `${url} cannot be reached: connect ECONNREFUSED`,
    );
  });

  it('ends a try that gets no answer, and tries again', async () => {
    const client = clientOf(await serve(() => undefined, json(200, TASK)), { timeoutMs: 100 });
    await expect(client.tasks.get('task_1')).resolves.toMatchObject(TASK);
  });
});

describe('errors', () => {
  it('have the code, the request id and what does not fit', async () => {
    const errors = [{ pointer: '/description', detail: 'must not be empty' }];
    const body = { status: 422, code: 'invalid_request', detail: 'no', requestId: 'req_7', errors };
    const client = clientOf(await serve(json(422, body)));
    const error = await client.tasks.create({ description: '' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'invalid_request', requestId: 'req_7', errors, status: 422 });
    expect(seen).toHaveLength(1);
  });

  it('are readable when a proxy answers in place of the API', async () => {
    const page: Answer = (_request, response) => response.writeHead(401).end('<html>Sign in</html>');
    const client = clientOf(await serve(page));
    await expect(client.tasks.get('task_1')).rejects.toMatchObject({ code: 'unauthorized', requestId: null });
  });

  it('say that the address is that of something else', async () => {
    const page: Answer = (_request, response) => response.writeHead(200).end('<!doctype html>');
    const client = clientOf(await serve(page), { retry: { maxRetries: 0 } });
    await expect(client.tasks.get('task_1')).rejects.toThrow('not one of Drydock');
  });

  it.each([
    ['an address that is none', { baseUrl: 'drydock.example.com', apiKey: 'dk_a_b' }, 'baseUrl'],
    ['an address with a password', { baseUrl: 'http://me:pw@localhost', apiKey: 'dk_a_b' }, 'baseUrl'],
    ['a key with a line break', { baseUrl: 'http://localhost', apiKey: 'dk_a_b\n' }, 'apiKey'],
  ])('name the option at once: %s', (_what, options, name) => {
    expect(() => new Drydock(options)).toThrow(name);
  });
});

describe('AbortSignal', () => {
  it('ends a call that waits for its next try', async () => {
    const client = clientOf(await serve(problem(503, 'service_unavailable', { 'retry-after': '20' })));
    const stop = new AbortController();
    const call = client.tasks.get('task_1', { signal: stop.signal });
    setTimeout(() => {
      stop.abort(new Error('enough'));
    }, 100);
    await expect(call).rejects.toThrow('enough');
  });

  it('ends a call that waits for its answer', async () => {
    const client = clientOf(await serve(() => undefined));
    await expect(client.tasks.get('task_1', { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
    expect(seen.length).toBeLessThanOrEqual(1);
  });
});

describe('lists', () => {
  it('follow the cursor to the last page', async () => {
    const page = (items: number[], next: string | null): Answer => json(200, { items, next });
    const client = clientOf(await serve(page([1, 2], 'b'), page([3], 'c'), page([], null)));
    const found: unknown[] = [];
    for await (const task of client.tasks.list().items()) found.push(task);
    expect(found).toEqual([1, 2, 3]);
    expect(seen).toHaveLength(3);
  });
});
