import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { protocolMessages } from '../attempt/protocol-lines.ts';
import { playRunner } from './fake-runner.ts';
import { FakeSandboxes } from './fake-sandboxes.ts';
import { sandboxContract } from './sandbox.contract.ts';
import { anySignal, aPhasePlan, obedientScript, tell } from './sandboxes-under-test.ts';

sandboxContract('fake', async () => {
  const [setup, agent] = [obedientScript, obedientScript];
  const sandboxes = new FakeSandboxes({ phases: { setup, agent }, images: ['drydock/toolbox:1'] });
  return {
    sandboxes,
    openAreas: async () => undefined,
    countLeft: async () => sandboxes.left.length,
    close: async () => undefined,
  };
});

const start = JSON.stringify({
  v: 1,
  type: 'start',
  job: { kind: 'commands', commands: ['true'] },
  env: {},
  forwards: [],
  maxLogBytes: 1,
});

const typesOf = async (sandboxes: FakeSandboxes, ...lines: string[]): Promise<string[]> => {
  const running = await (await sandboxes.create(aPhasePlan(), anySignal())).start(anySignal());
  tell(running, ...lines);
  const types: string[] = [];
  for await (const message of protocolMessages(running.output, () => types.push('noise')))
    types.push(message.type === 'done' ? `done ${message.code}` : message.type);
  return types;
};

describe('FakeSandboxes', () => {
  it('plays a runner whose job succeeds when no script is given', async () => {
    const sandboxes = new FakeSandboxes();
    expect(await typesOf(sandboxes, start)).toEqual(['ready', 'command_finished', 'done finished']);
    expect(sandboxes.started[0]?.received).toEqual([start]);
  });

  it('lets a play react to the polite cancel', async () => {
    const agent = playRunner(({ cancelled }) => {
      return new Promise((_resolve, reject) => {
        cancelled.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    const cancel = JSON.stringify({ v: 1, type: 'cancel', graceSeconds: 1 });
    expect(await typesOf(new FakeSandboxes({ phases: { agent } }), start, cancel)).toEqual([
      'ready',
      'done cancelled',
    ]);
  });

  it('fails the next call as told, once', async () => {
    const sandboxes = new FakeSandboxes();
    sandboxes.failNext('create', new AppError('engine_unreachable', 'away'));
    await expect(sandboxes.create(aPhasePlan(), anySignal())).rejects.toThrow('away');
    await expect(sandboxes.create(aPhasePlan(), anySignal())).resolves.toBeDefined();
  });
});
