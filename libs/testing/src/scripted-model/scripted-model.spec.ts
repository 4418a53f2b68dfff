import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseScript, type ScriptInput } from './script.schema.ts';
import { startScriptedModel, type ScriptedModel } from './scripted-model.ts';

const USER = { role: 'user', content: 'fix the cart' };
const CALLED = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'bash', arguments: '{}' } }],
};
const TOOL = { role: 'tool', tool_call_id: 'a', content: 'exit code 1' };

let model: ScriptedModel | undefined;
afterEach(() => model?.close());

const start = async (script: ScriptInput, apiKey?: string): Promise<ScriptedModel> =>
  (model = await startScriptedModel({ script, ...(apiKey === undefined ? {} : { apiKey }) }));

const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${model?.url ?? ''}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'scripted', messages: [USER], ...body }),
  });
const reply = async (body: object): Promise<unknown> => (await ask(body)).json();

describe('scripted model', () => {
  it('takes the step from the conversation, so that tasks can share it', async () => {
    await start({ turns: [{ reply: 'one' }, { reply: 'two' }] });
    const answers = await Promise.all([reply({}), reply({ messages: [USER, CALLED, TOOL] }), reply({})]);
    expect(answers).toMatchObject(
      ['one', 'two', 'one'].map((content) => ({ choices: [{ message: { content } }] })),
    );
  });

  it('matches on the last user or tool message', async () => {
    await start({
      turns: [
        { when: { matches: 'exit code [1-9]' }, reply: 'it failed' },
        { when: { contains: 'cart' }, reply: 'hello' },
      ],
    });
    expect(await reply({})).toMatchObject({ choices: [{ message: { content: 'hello' } }] });
    expect(await reply({ messages: [USER, CALLED, TOOL] })).toMatchObject({
      choices: [{ message: { content: 'it failed' } }],
    });
  });

  it('streams the same tool call that it sends whole, with usage only on request', async () => {
    const call = { name: 'bash', arguments: { command: 'npm test -- --a-long-argument "x"' } };
    await start({ turns: [{ toolCalls: [call], usage: { inputTokens: 7, outputTokens: 3 } }] });
    const text = await (await ask({ stream: true, stream_options: { include_usage: true } })).text();
    const events = text.split('\n\n').filter((line) => line !== '');
    expect(events.pop()).toBe('data: [DONE]');
    const chunks = events.map((line) => JSON.parse(line.slice(6)) as StreamedChunk);
    const parts = chunks.flatMap(
      (chunk) => chunk.choices[0]?.delta.tool_calls?.[0]?.function.arguments ?? [],
    );
    expect(JSON.parse(parts.join(''))).toEqual(call.arguments);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } });
    expect(await (await ask({ stream: true })).text()).not.toContain('usage');
    expect(await reply({})).toMatchObject({
      choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [{ function: { name: 'bash' } }] } }],
      usage: { total_tokens: 10 },
    });
  });

  it('plays a fault as often as the script says, per conversation', async () => {
    const fault = { kind: 'status' as const, status: 429, retryAfterSeconds: 2, times: 1 };
    await start({ turns: [{ reply: 'ok', fault }] });
    const first = await ask({});
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await ask({})).status).toBe(200);
    expect((await ask({ messages: [{ role: 'user', content: 'another task' }] })).status).toBe(429);
  });

  it.each([
    ['cut', true],
    ['cut', false],
    ['reset', false],
  ] as const)('breaks the connection: %s, stream %s', async (kind, stream) => {
    await start({ turns: [{ reply: 'a reply of some length', fault: { kind } }] });
    await expect(ask({ stream }).then((response) => response.text())).rejects.toThrow();
  });

  it('sends arguments that are a text as they are', async () => {
    await start({ turns: [{ toolCalls: [{ name: 'bash', arguments: '{"command": ' }] }] });
    const call = { function: { arguments: '{"command": ' } };
    expect(await reply({})).toMatchObject({ choices: [{ message: { tool_calls: [call] } }] });
  });

  it.each([
    ['no messages', { messages: [] }],
    ['a tool message without its call', { messages: [USER, TOOL] }],
    ['a call without its tool message', { messages: [USER, CALLED, USER] }],
    ['stream_options without stream', { stream_options: { include_usage: true } }],
    ['a conversation past the end of the script', { messages: [USER, CALLED, TOOL] }],
  ])('refuses %s', async (_name, body) => {
    await start({ turns: [{ reply: 'ok' }] });
    expect((await ask(body)).status).toBe(400);
  });

  it('wants the key, and records what was sent', async () => {
    await start({ turns: [{ reply: 'ok' }] }, 'sk-real');
    expect((await ask({}, { authorization: 'Bearer sk-dummy' })).status).toBe(401);
    expect((await ask({}, { authorization: 'Bearer sk-real' })).status).toBe(200);
    expect(model?.calls).toMatchObject([{ path: '/v1/chat/completions', body: { model: 'scripted' } }]);
  });

  it.each(['fix', 'no-fix'])('the trajectory %s.yaml of the examples is valid', (name) => {
    const path = new URL(`../../../../examples/trajectories/${name}.yaml`, import.meta.url);
    const script = parseScript(readFileSync(path, 'utf8'));
    expect(script.turns.at(-1)?.toolCalls[0]?.name).toBe('finish');
  });
});

interface StreamedChunk {
  choices: { delta: { tool_calls?: { function: { arguments: string } }[] } }[];
}
