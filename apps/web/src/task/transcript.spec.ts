import { describe, expect, it } from '@jest/globals';
import type { TaskEvent } from '../api/types.ts';
import { promptParts } from './prompt-parts.ts';
import { TaskModel } from './task-model.ts';

let seq = 0;
type Fields = TaskEvent extends infer Each
  ? Each extends TaskEvent
    ? Omit<Each, 'seq' | 'at' | 'attempt'>
    : never
  : never;
const event = (fields: Fields) =>
  ({ seq: ++seq, at: '2026-01-01T00:00:00.000Z', attempt: 1, ...fields }) as TaskEvent;

describe('what the events of a task amount to', () => {
  it('is a transcript of thoughts, commands and what came of them', () => {
    const model = new TaskModel();
    for (const each of [
      event({ type: 'agent.message', text: 'I look around.' }),
      event({ type: 'agent.tool_call', callId: 'a', tool: 'bash', input: { command: 'ls' } }),
      event({
        type: 'agent.tool_call',
        callId: 'b',
        tool: 'edit_file',
        input: { new: 1, old: 2, path: 'x' },
      }),
      event({ type: 'agent.tool_result', callId: 'b', exitCode: null, output: 'ok', truncatedBytes: 0 }),
      event({ type: 'agent.tool_result', callId: 'a', exitCode: 1, output: 'no', truncatedBytes: 0 }),
      event({ type: 'notice', code: 'setup_changed_files', message: 'm' }),
    ])
      model.add(each);
    expect(model.transcript.steps).toMatchObject([
      { kind: 'thought', text: 'I look around.' },
      { kind: 'tool', input: 'ls', result: { exitCode: 1, output: 'no' } },
      { kind: 'tool', input: 'path: x\nold: 2\nnew: 1', result: { exitCode: null, output: 'ok' } },
      { kind: 'notice', code: 'setup_changed_files' },
    ]);
  });

  it('is a log with a heading for each phase, which tells later attempts apart', () => {
    const model = new TaskModel();
    for (const each of [
      event({ type: 'phase.started', phase: 'agent' }),
      event({ type: 'log', phase: 'agent', stream: 'stdout', text: 'one\n' }),
      { ...event({ type: 'phase.started', phase: 'agent' }), attempt: 2 },
    ])
      model.add(each);
    expect([0, 1, 2].map((i) => model.log.at(i)?.text)).toEqual(['agent', 'one', 'agent · attempt 2']);
    expect(model.stateVersion).toBe(2);
  });
});

describe('what was said in a call', () => {
  const line = (request: unknown, response: unknown) =>
    JSON.stringify({ v: 1, callId: 'call_1', request, response });
  const answer = { choices: [{ message: { role: 'assistant', content: 'hi', tool_calls: [{ id: 'x' }] } }] };

  it('leaves out what the call before had', () => {
    const messages = [
      { role: 'system', content: 's' },
      { role: 'user', content: [{ type: 'text', text: 'u' }] },
      { role: 'tool', content: 't' },
    ];
    const { callId, parts, messages: known } = promptParts(line({ messages }, answer), 1);
    expect(parts.map(({ role, text }) => [role, text.split('\n')[0]])).toEqual([
      ['user', 'u'],
      ['tool', 't'],
      ['answer', 'hi'],
    ]);
    expect([known, callId]).toEqual([3, 'call_1']);
  });

  it('is shown as it is when it has an unknown shape', () => {
    expect(promptParts(line({ odd: 1 }, 'text')).parts).toEqual([
      { role: 'request', text: '{\n  "odd": 1\n}' },
      { role: 'answer', text: 'text' },
    ]);
    expect(promptParts(line(null, null)).parts).toHaveLength(2);
    const cut = { start: '{"messages":[{"role', truncatedBytes: 2_000 };
    expect(promptParts(line(cut, answer)).parts[0]?.text).toBe(
      '{"messages":[{"role\n… 2,000 more bytes not kept',
    );
  });
});
