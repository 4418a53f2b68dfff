import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentJob, RunnerDone } from '@drydock/contracts';
import { freePort } from '@drydock/testing';
import { openRunnerRig, type LiveRunner, type RunnerRig } from '../testing/bundled-runner.ts';
import { ChatServer, type Turn } from '../testing/chat-server.ts';

let rig: RunnerRig;
beforeAll(async () => {
  rig = await openRunnerRig();
});
afterAll(() => rig.close());

interface Played {
  readonly runner: LiveRunner;
  readonly done: RunnerDone;
  readonly server: ChatServer;
  readonly folder: string;
}

const launch = async (turns: readonly Turn[], job: Partial<AgentJob> = {}) => {
  const folder = rig.folder();
  const server = await ChatServer.open(folder, turns);
  const port = await freePort();
  const runner = rig.launch(folder);
  runner.start({
    job: {
      kind: 'agent',
      harness: 'builtin',
      command: [],
      model: 'm',
      description: 'Fix it.',
      instructions: null,
      agentsMd: null,
      focusPaths: [],
      maxSteps: 50,
      maxTokens: 1e6,
      maxCostUsd: null,
      timeoutSeconds: 600,
      ...job,
    },
    env: { OPENAI_BASE_URL: `http://127.0.0.1:${String(port)}/v1`, OPENAI_API_KEY: 'dummy' },
    forwards: [{ port, socket: server.socket }],
  });
  return { folder, server, runner };
};

const play = async (turns: readonly Turn[], job: Partial<AgentJob> = {}): Promise<Played> => {
  const { folder, server, runner } = await launch(turns, job);
  const done = await runner.done();
  await server.close();
  return { runner, done, server, folder };
};

const bash = (command: string): Turn => ({ calls: [['bash', { command }]] });
const FINISH: Turn = { calls: [['finish', { summary: 'all done' }]] };

describe('the builtin agent', () => {
  it('works with its tools until it finishes', async () => {
    const { runner, done, server, folder } = await play([
      { text: 'First a look.', calls: [['bash', { command: 'pwd; echo err >&2; exit 3' }]] },
      {
        calls: [
          ['write_file', { path: 'src/a.txt', content: 'one\ntwo\n' }],
          ['read_file', { path: 'src/a.txt' }],
        ],
      },
      { calls: [['edit_file', { path: 'src/a.txt', old: 'two', new: 'zwei' }]] },
      FINISH,
    ]);
    expect(done).toMatchObject({ ok: true, code: 'finished', message: 'all done' });
    expect(readFileSync(join(folder, 'src/a.txt'), 'utf8')).toBe('one\nzwei\n');
    expect(server.results[0]).toBe(`${folder}\nerr\n[exit code 3]`);
    expect(server.results[2]).toContain('2\ttwo');
    expect(runner.of('agent_message').map(({ text }) => text)).toEqual(['First a look.']);
    expect(runner.of('agent_tool_call').map(({ tool }) => tool)).toEqual([
      'bash',
      'write_file',
      'read_file',
      'edit_file',
      'finish',
    ]);
    expect(runner.of('agent_tool_result')[0]).toMatchObject({ callId: 'c1', exitCode: 3, truncatedBytes: 0 });
    const roles = runner.of('trajectory').map(({ entry }) => (entry as { role: string }).role);
    expect(roles).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
      'tool',
      'assistant',
      'tool',
      'assistant',
      'tool',
    ]);
  });

  it('tells the model its surroundings and its task', async () => {
    const { server } = await play([{ text: 'Nothing to do.' }], {
      description: 'Fix the bug',
      agentsMd: 'Use tabs.',
      instructions: 'Be brief.',
      focusPaths: ['src/x.ts'],
    });
    const [system, user] = server.requests[0]!.messages;
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringMatching(/fresh shell[^]*120 seconds/),
    });
    expect(user!.content).toMatch(/AGENTS.md[^]*Use tabs\.[^]*Be brief\.[^]*src\/x\.ts[^]*Fix the bug/);
    expect(server.requests[0]).toMatchObject({ model: 'm', tools: { length: 5 } });
  });

  it('ends with an answer without a tool call', async () => {
    expect((await play([{ text: 'Nothing to do.' }])).done).toMatchObject({
      ok: true,
      message: 'Nothing to do.',
    });
  });

  it('answers malformed calls and goes on', async () => {
    const { done, server } = await play([
      {
        calls: [
          ['bash', '{"command": "ec'],
          ['bsh', {}],
          ['read_file', {}],
          ['bash', '[1]'],
          ['bash', { command: 'echo fine' }],
          ['read_file', { path: '1'.repeat(1_000_000) }],
        ],
      },
      FINISH,
    ]);
    expect(done.ok).toBe(true);
    expect(server.results.pop()?.length).toBeLessThan(9000);
    expect(server.results.slice(0, -1)).toEqual([
      expect.stringContaining('not a JSON object'),
      expect.stringContaining('no tool "bsh"'),
      expect.stringContaining('needs "path"'),
      expect.stringContaining('not a JSON object'),
      'fine\n[exit code 0]',
    ]);
    for (const call of server.requests.at(-1)!.messages.flatMap(({ tool_calls }) => tool_calls ?? []))
      expect(JSON.parse(call.function.arguments)).toEqual(expect.any(Object));
  });

  it.each<[string, Turn]>([
    ['calls', { calls: [['nope', {}]] }],
    ['empty answers', { text: '' }],
    ['cut answers', { text: 'half a', finish: 'length' }],
    ['cut calls', { calls: [['bash', '{"comm']], finish: 'length' }],
    ['answers without choices', { body: { choices: [] } }],
  ])('gives up after three bad %s in a row', async (_name, turn) => {
    const { done, server } = await play([turn, turn, bash('true'), turn, turn, turn, FINISH]);
    expect(done).toMatchObject({ ok: false, code: 'harness_failed' });
    expect(server.requests).toHaveLength(6);
  });

  it('leaves no call without a result, also after finish', async () => {
    const { runner, done } = await play([
      {
        calls: [
          ['finish', { summary: 's' }],
          ['bash', { command: 'touch late' }],
        ],
      },
    ]);
    expect(done).toMatchObject({ ok: true, message: 's' });
    expect(runner.of('agent_tool_result')).toHaveLength(2);
    expect(runner.of('agent_tool_result')[1]!.output).toContain('Not run');
  });
});

describe('its limits', () => {
  it('ends at the last step, with warnings before', async () => {
    const turns = Array.from({ length: 20 }, (_, i) => bash(`echo ${'x'.repeat(i)}`));
    const { done, server } = await play(turns, { maxSteps: 10 });
    expect(done).toMatchObject({ ok: false, code: 'step_limit' });
    expect(server.requests).toHaveLength(10);
    expect(server.results.filter((text) => text.includes('model calls of this task are used'))).toHaveLength(
      2,
    );
  });

  it('ends when the tokens are used', async () => {
    const usage = { prompt_tokens: 90, completion_tokens: 5, total_tokens: 95 };
    const { done, server } = await play([{ ...bash('true'), usage }, FINISH], { maxTokens: 95 });
    expect(done).toMatchObject({ ok: false, code: 'budget' });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Turn, RunnerDone['code']]>([
    [
      'a budget refusal',
      { status: 400, body: { error: { code: 'budget_exceeded', message: 'The budget is used.' } } },
      'budget',
    ],
    [
      'any other refusal',
      { status: 404, body: { error: { code: 'x', message: 'No such model: The budget is used.' } } },
      'model_failed',
    ],
    ['a failure', { status: 500, body: { error: { message: 'The budget is used.' } } }, 'model_failed'],
  ])('%s ends it without another call', async (_name, turn, code) => {
    const { done, server } = await play([turn, FINISH]);
    expect(done).toMatchObject({ ok: false, code, message: expect.stringContaining('The budget is used.') });
    expect(server.requests).toHaveLength(1);
  });

  it('is told that the gateway is gone', async () => {
    const { server, runner, folder } = await launch([
      bash('until test -e gone; do sleep 0.05; done'),
      FINISH,
    ]);
    await runner.until((r) => r.of('agent_tool_call').length > 0);
    await server.close();
    writeFileSync(join(folder, 'gone'), '');
    expect(await runner.done()).toMatchObject({
      code: 'model_failed',
      message: expect.stringContaining('gateway'),
    });
  });

  it('nudges once and then ends what goes round in circles', async () => {
    const { done, server } = await play([bash('echo same')]);
    expect(done).toMatchObject({ ok: false, code: 'stuck' });
    expect(server.requests).toHaveLength(8);
    expect(server.results.filter((text) => text.includes('repeating the same'))).toHaveLength(1);
  });

  it('cancel ends a running command and a waiting call', async () => {
    const { server, runner } = await launch([bash('sleep 100')]);
    await runner.until((r) => r.of('agent_tool_call').length > 0);
    runner.cancel(1);
    expect(await runner.done()).toMatchObject({ ok: false, code: 'cancelled' });
    await server.close();
  });

  it('keeps every line within the bound, whatever the size of the task', async () => {
    const { runner, done } = await play(
      [{ calls: [['write_file', { path: 'f', content: '\u0001'.repeat(300_000) }]] }, FINISH],
      {
        description: '\u0002'.repeat(256 * 1024),
      },
    );
    expect(done.ok).toBe(true);
    expect(runner.longestLine).toBeLessThanOrEqual(512 * 1024);
    expect(runner.of('trajectory')).toHaveLength(6);
  });

  it('runs `true` in a few milliseconds', async () => {
    const { runner, done } = await play([
      { calls: Array.from({ length: 30 }, (_, i) => ['bash', { command: `true ${String(i)}` }] as const) },
      FINISH,
    ]);
    expect(done.ok).toBe(true);
    expect(runner.of('agent_tool_result')).toHaveLength(31);
  });
});

describe('edits through the loop', () => {
  it('never change bytes that were not named', async () => {
    const folderTurns: Turn[] = [
      {
        calls: [
          ['edit_file', { path: 'latin.txt', old: 'two', new: 'zwö' }],
          ['edit_file', { path: 'crlf.txt', old: 'a\nb', new: 'a\nB\nc' }],
        ],
      },
      FINISH,
    ];
    const { folder, server, runner } = await launch([
      bash("printf 'caf\\xe9\\r\\ntwo\\n' > latin.txt; printf 'a\\r\\nb\\r\\nz' > crlf.txt"),
      ...folderTurns,
    ]);
    expect((await runner.done()).ok).toBe(true);
    expect(readFileSync(join(folder, 'latin.txt'), 'latin1')).toBe('caf\xe9\r\nzw\xf6\n');
    expect(readFileSync(join(folder, 'crlf.txt'), 'latin1')).toBe('a\r\nB\r\nc\r\nz');
    await server.close();
  });
});
