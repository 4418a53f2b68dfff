import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from './system/start-system.ts';
import { publishScript } from './system/tasks.ts';

/** How the built-in agent, the gateway and the budget get along when the model does not behave. */
const write = (path: string) => ({ name: 'write_file', arguments: { path, content: 'partial\n' } });
const finish = { name: 'finish', arguments: { summary: 'done' } };

const script = {
  turns: [
    { when: { step: 1, contains: 'PROVIDER-DOWN' }, fault: { kind: 'status' as const, status: 500 } },
    {
      when: { step: 1, contains: 'BUSY-ONCE' },
      toolCalls: [write('busy.txt')],
      fault: { kind: 'status' as const, status: 429, retryAfterSeconds: 0, times: 1 },
    },
    {
      when: { step: 1, contains: 'MALFORMED' },
      toolCalls: [
        { name: 'bash', arguments: '{"command": ' },
        { name: 'fly', arguments: {} },
        { name: 'read_file', arguments: {} },
      ],
    },
    {
      when: { step: 1, contains: 'LEAK' },
      toolCalls: [
        {
          name: 'bash',
          arguments: {
            command: 'env; cat /proc/*/environ | tr "\\0" "\\n"; curl -s http://127.0.0.1:4000/v1/secrets',
          },
        },
      ],
    },
    {
      when: { step: 1, contains: 'STUCK' },
      toolCalls: [{ name: 'bash', arguments: { command: 'echo over-and-over' } }],
    },
    {
      when: { contains: 'over-and-over' },
      toolCalls: [{ name: 'bash', arguments: { command: 'echo over-and-over' } }],
    },
    { when: { step: 1 }, toolCalls: [write('partial.txt')] },
    { when: { step: 2, contains: 'read_file' }, toolCalls: [write('mended.txt')] },
    {
      when: { step: 2, contains: 'file' },
      toolCalls: [{ name: 'bash', arguments: { command: 'echo two' } }],
    },
    { when: { step: 3 }, toolCalls: [finish] },
    { toolCalls: [finish], when: { step: 2 } },
    { when: {}, toolCalls: [finish] },
  ],
};

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ script });
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

const run = async (description: string, more: Record<string, unknown> = {}) =>
  system.client.wait((await system.client.submit({ source: { git: { url } }, description, ...more })).id);

const patchOf = async (id: string): Promise<string> => (await system.client.diff(id)).toString();

describe('the built-in agent', () => {
  it.each([
    ['steps', { maxSteps: 1 }, 'step_limit_reached'],
    ['cost', { maxCostUsd: 0.0001 }, 'cost_limit_reached'],
    ['tokens', { maxTokens: 300 }, 'token_limit_reached'],
  ])('ends at its budget of %s', async (_name, limits, code) => {
    const done = await run('go on for ever', { limits });
    expect({ outcome: done.outcome, code: done.error?.code }).toEqual({ outcome: 'budget_exceeded', code });
  });

  it('keeps what was done before the budget ended', async () => {
    const done = await run('go on', { limits: { maxSteps: 1 } });
    expect(await patchOf(done.id)).toContain('partial.txt');
    expect(done.usage.modelCalls).toBe(1);
  });

  it('fails in plain words when the provider is down', async () => {
    const done = await run('PROVIDER-DOWN');
    expect(done).toMatchObject({ outcome: 'agent_failed' });
    expect(done.error?.message).toMatch(/500/);
  });

  it('never notices a provider that is busy for a moment', async () => {
    const done = await run('BUSY-ONCE');
    expect(done).toMatchObject({ outcome: 'changed', error: null });
    expect(await patchOf(done.id)).toContain('busy.txt');
  });

  it('answers malformed tool calls instead of dying of them', async () => {
    const done = await run('MALFORMED');
    expect(done).toMatchObject({ outcome: 'changed', error: null });
    const results = (await system.client.events(done.id)).filter(
      (event) => event['type'] === 'agent.tool_result',
    );
    expect(results.length).toBeGreaterThanOrEqual(3);
  });

  it('is told that it repeats itself, and ends as stuck', async () => {
    expect(await run('STUCK')).toMatchObject({ outcome: 'agent_stuck', error: { code: 'agent_loop' } });
  });

  it('cannot find the key of the provider anywhere', async () => {
    const done = await run('LEAK');
    expect(done.status).toBe('succeeded');
    const everything =
      JSON.stringify(await system.client.events(done.id)) +
      (await system.client.artifact(done.id, 'trajectory.json'));
    expect(everything).toContain('OPENAI_BASE_URL');
    expect(everything).not.toContain(system.providerKey);
  });
});
