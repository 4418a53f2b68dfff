import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_LOG_TEXT_BYTES, RunnerCommand, RunnerJob, RunnerMessage } from './runner-protocol.ts';

const message = (more: object) => RunnerMessage.safeParse({ v: 1, ...more }).success;
const done = { type: 'done', ok: true, code: 'finished', message: '', exitCode: 0 };
const collect = { baseTree: 'a', resultTree: 'b', patchBytes: 1, files: 1, insertions: 1, deletions: 0 };

describe('RunnerMessage', () => {
  it.each<[string, object]>([
    ['ready', { type: 'ready' }],
    ['log', { type: 'log', stream: 'stdout', text: 'x'.repeat(MAX_LOG_TEXT_BYTES) }],
    ['log_dropped', { type: 'log_dropped', bytes: 0 }],
    ['agent_message', { type: 'agent_message', text: '' }],
    ['agent_tool_call', { type: 'agent_tool_call', callId: '1', tool: 'bash', input: { command: 'ls' } }],
    [
      'agent_tool_result',
      { type: 'agent_tool_result', callId: '1', exitCode: null, output: '', truncatedBytes: 0 },
    ],
    ['trajectory', { type: 'trajectory', entry: null }],
    ['command_finished', { type: 'command_finished', index: 0, exitCode: 1, seconds: 0.5 }],
    ['notice', { type: 'notice', code: 'x', message: 'y' }],
    ['done', done],
    ['done with a patch', { ...done, collect }],
  ])('takes %s', (_type, more) => {
    expect(message(more)).toBe(true);
  });

  it.each<[string, object]>([
    ['another version', { type: 'ready', v: 2 }],
    ['an unknown type', { type: 'exec', command: 'id' }],
    ['no type', {}],
    ['a log that is too long', { type: 'log', stream: 'stdout', text: 'x'.repeat(MAX_LOG_TEXT_BYTES + 1) }],
    ['a stream that does not exist', { type: 'log', stream: 'stdin', text: '' }],
    ['negative bytes', { type: 'log_dropped', bytes: -1 }],
    ['a fraction of an exit code', { ...done, exitCode: 0.5 }],
    [
      'a number without end',
      { type: 'command_finished', index: 0, exitCode: 0, seconds: JSON.parse('1e999') as number },
    ],
    ['a negative index', { type: 'command_finished', index: -1, exitCode: 0, seconds: 1 }],
    ['a long code', { ...done, code: 'x'.repeat(65) }],
    ['a long message', { ...done, message: 'x'.repeat(16_385) }],
    ['a long notice', { type: 'notice', code: 'x', message: 'x'.repeat(4_097) }],
    ['a long call id', { type: 'agent_tool_call', callId: 'x'.repeat(257), tool: 'x', input: 1 }],
    ['a patch of negative size', { ...done, collect: { ...collect, patchBytes: -1 } }],
    ['a tree that is no id', { ...done, collect: { ...collect, resultTree: 'x'.repeat(65) } }],
  ])('refuses %s', (_what, more) => {
    expect(message(more)).toBe(false);
  });

  it('never throws, and lets nothing through that it does not name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ v: fc.constant(1), type: fc.string() })), (value) => {
        expect(RunnerMessage.safeParse(value).success).toBe(
          (value as { v?: number; type?: string } | null)?.v === 1 &&
            (value as { type?: string }).type === 'ready',
        );
      }),
    );
  });

  it('drops fields that it does not know', () => {
    expect(RunnerMessage.parse({ v: 1, type: 'ready', success: true })).toEqual({ v: 1, type: 'ready' });
  });
});

describe('RunnerCommand', () => {
  it('carries a job, its environment and its forwarders', () => {
    const start = {
      v: 1,
      type: 'start',
      job: { kind: 'commands', commands: ['npm ci'] },
      env: { HOME: '/home/agent' },
      forwards: [{ port: 4000, socket: '/run/drydock/llm.sock' }],
      maxLogBytes: 1,
    };
    expect(RunnerCommand.parse(start)).toEqual(start);
    expect(RunnerCommand.safeParse({ ...start, job: { kind: 'shell' } }).success).toBe(false);
    expect(RunnerCommand.safeParse({ v: 1, type: 'cancel', graceSeconds: 5 }).success).toBe(true);
  });

  it('names the three kinds of jobs', () => {
    expect(RunnerJob.options.map((option) => option.shape.kind.value)).toEqual([
      'commands',
      'agent',
      'collect',
    ]);
  });
});
