import { afterEach, describe, expect, it } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { DUMMY_KEY, GatewayRig, PROVIDER_KEY, type RigOptions } from './testing/gateway-rig.ts';

let rig: GatewayRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});
const open = async (options?: RigOptions): Promise<GatewayRig> => (rig = await GatewayRig.open(options));

const USAGE = { inputTokens: 100, cachedTokens: 40, outputTokens: 10 };

describe('LLM socket', () => {
  it('puts the provider key in, and passes none of the client headers that are not asked for', async () => {
    const { chat, model } = await bound();
    expect(await chat({})).toMatchObject({ status: 200 });
    const [call] = model.calls;
    expect(call?.headers.authorization).toBe(`Bearer ${PROVIDER_KEY}`);
    expect(call?.headers).not.toHaveProperty('x-client');
    expect(call?.headers['accept-encoding']).toBe('identity');
    expect(JSON.stringify(call)).not.toContain(DUMMY_KEY);
  });

  it('fills in the model, and meters tokens and cost', async () => {
    const { chat, calls, model } = await bound({ script: { turns: [{ reply: 'hi', usage: USAGE }] } });
    await chat({});
    expect(model.calls[0]?.body).toMatchObject({ model: 'scripted' });
    // 60 fresh x 1 + 40 cached x 0.1 + 10 x 4 micro-dollars
    expect(calls).toMatchObject([{ ...USAGE, model: 'scripted', status: 200, costUsd: 0.000104 }]);
    expect(rig?.endpoint.answeredCalls()).toBe(1);
  });

  it('streams with usage asked for, and keeps the usage event from a client that did not ask', async () => {
    const { chat, calls, model } = await bound({ script: { turns: [{ reply: 'hello you', usage: USAGE }] } });
    const quiet = await chat({ stream: true });
    expect(model.calls[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
    expect(quiet.text).toContain('data: [DONE]');
    expect(quiet.text).not.toContain('prompt_tokens');
    const asked = await chat({ stream: true, stream_options: { include_usage: true } });
    expect(asked.text).toContain('prompt_tokens');
    expect(calls).toMatchObject([USAGE, USAGE]);
  });

  it('has recorded and journalled a call before its last byte', async () => {
    const seen: string[] = [];
    const slowly = async (): Promise<void> => {
      await delay(30);
      seen.push('call');
    };
    const { chat, journal } = await bound({ onCall: slowly });
    for (const stream of [false, true]) {
      await chat({ stream });
      expect(seen).toHaveLength(stream ? 2 : 1);
      expect((await journal()).lines).toHaveLength(stream ? 2 : 1);
    }
    const { lines } = await journal();
    for (const line of lines)
      expect(line).toMatchObject({
        v: 1,
        attempt: 1,
        phase: 'agent',
        route: 'POST /v1/chat/completions',
        counted: 'reported',
        status: 200,
        request: { messages: [{ content: 'fix it' }] },
        response: { choices: [{ message: { content: 'ok' } }] },
      });
  });

  it('does not let a reply look whole that could not be recorded', async () => {
    const { chat } = await bound({ onCall: () => Promise.reject(new Error('lease lost')) });
    expect(await chat({})).toMatchObject({ status: 403 });
    await expect(chat({ stream: true })).rejects.toThrow();
  });

  it('knows its own routes only, whatever the query', async () => {
    const { client, model } = await bound();
    const ask = async (method: 'GET' | 'POST', path: string) => {
      const reply = await client.request({ method, path });
      return { status: reply.statusCode, body: await reply.body.json() };
    };
    expect(await ask('GET', '/v1/models?x=1')).toMatchObject({
      status: 200,
      body: { data: [{ id: 'scripted' }] },
    });
    const paths = [
      '/v1/embeddings',
      '/v1/chat/completions/',
      '/v1/files',
      '/',
      '/constructor',
      '/v1/models/x',
    ];
    for (const path of paths)
      expect(await ask('POST', path)).toMatchObject({
        status: 404,
        body: { error: { code: 'route_not_allowed' } },
      });
    expect(await ask('GET', '/v1/chat/completions')).toMatchObject({ status: 404 });
    expect(model.calls).toHaveLength(0);
  });

  it('ignores the query of a known route', async () => {
    const { client, model } = await bound();
    const body = JSON.stringify({ messages: [{ role: 'user', content: 'x' }] });
    const reply = await client.request({ method: 'POST', path: '/v1/chat/completions?api-version=9', body });
    expect(reply.statusCode).toBe(200);
    await reply.body.dump();
    expect(model.calls[0]?.path).toBe('/v1/chat/completions');
  });

  it.each([
    ['no JSON', 'oops', 400, 'malformed_json'],
    ['a list', '[]', 400, 'malformed_json'],
    ['a model that is no text', '{"model":7}', 400, 'invalid_request'],
    ['a bound that is no count', '{"max_tokens":"9"}', 400, 'invalid_request'],
    ['choices below one', '{"n":0}', 400, 'invalid_request'],
    ['a huge body', 'x'.repeat(5000), 413, 'payload_too_large'],
  ])('refuses %s and sends nothing', async (_name, body, status, code) => {
    const { client, model, calls } = await bound({ bounds: { maxRequestBytes: 4000 } });
    const reply = await client.request({ method: 'POST', path: '/v1/chat/completions', body });
    expect(reply.statusCode).toBe(status);
    expect(await reply.body.json()).toMatchObject({ error: { code } });
    expect([model.calls.length, calls.length]).toEqual([0, 0]);
  });

  it('refuses a body without an end as soon as it is too large', async () => {
    const { client } = await bound({ bounds: { maxRequestBytes: 4000 } });
    const body = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(1000)));
    const reply = await client.request({ method: 'POST', path: '/v1/chat/completions', body });
    expect(reply.statusCode).toBe(413);
    await reply.body.dump();
  });

  it('sends what was parsed, so that twins of a key cannot be read two ways', async () => {
    const { client, model, calls } = await bound();
    const body = '{"model":"gpt-5.5","messages":[{"role":"user","content":"x"}],"model":"scripted"}';
    await (await client.request({ method: 'POST', path: '/v1/chat/completions', body })).body.dump();
    expect(JSON.stringify(model.calls[0]?.body)).not.toContain('gpt-5.5');
    expect(calls[0]?.model).toBe('scripted');
  });

  it('wants a model when there is no default', async () => {
    const { chat } = await bound({ model: null });
    expect(await chat({})).toMatchObject({ status: 400 });
    expect(await chat({ model: 'scripted' })).toMatchObject({ status: 200 });
  });
});

describe('endpoint', () => {
  it('listens in a directory with a path of over 200 characters, for every user', async () => {
    const { chat, socketPath } = await bound({ nameLength: 190 });
    expect((await chat({})).status).toBe(200);
    expect(socketPath('llm.sock').length).toBeGreaterThan(200);
    for (const name of ['llm.sock', 'egress.sock'])
      expect((await stat(socketPath(name))).mode & 0o777).toBe(0o666);
  });

  it('closes twice, and nothing answers afterwards', async () => {
    const { chat, client, endpoint, socketPath } = await bound();
    await chat({}, client);
    await Promise.all([endpoint.close(), endpoint.close()]);
    await endpoint.close();
    await expect(chat({}, client)).rejects.toThrow();
    await expect(chat({})).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    await expect(stat(socketPath('llm.sock'))).rejects.toThrow('ENOENT');
  });

  it('can be opened again after a crash left its socket behind', async () => {
    const first = await bound();
    const spec = {
      key: { taskId: 'task_1' as never, attempt: 1 },
      phase: 'agent' as const,
      egress: null,
      llm: null,
    };
    await first.gateway
      .open({ ...spec, egress: { allow: [] }, onNotice: () => undefined })
      .then((again) => again.close());
  });
});

/** The rig with its methods bound, to be taken apart. */
async function bound(options?: RigOptions) {
  const it = await open(options);
  return {
    calls: it.calls,
    model: it.model,
    gateway: it.gateway,
    endpoint: it.endpoint,
    client: it.client(),
    chat: it.chat.bind(it),
    journal: it.journal.bind(it),
    socketPath: it.socketPath.bind(it),
  };
}
