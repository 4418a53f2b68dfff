import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { MAX_LOG_TEXT_BYTES, MAX_PROTOCOL_LINE_BYTES, type RunnerJob } from '@drydock/contracts';
import { MAX_LINE_BYTES, MAX_LOG_TEXT } from './protocol/bounds.ts';
import { openRunnerRig, type RunnerRig } from './testing/bundled-runner.ts';

let rig: RunnerRig;
beforeAll(async () => {
  rig = await openRunnerRig();
});
afterAll(() => rig.close());

const commands = (...list: string[]): RunnerJob => ({ kind: 'commands', commands: list });
const harness = (...command: string[]): RunnerJob => ({
  kind: 'agent',
  harness: 'command',
  command,
  model: null,
  description: 'x',
  instructions: null,
  agentsMd: null,
  focusPaths: [],
  maxSteps: 1,
  maxTokens: 1,
  maxCostUsd: null,
  timeoutSeconds: 60,
});

/** A zombie is dead: whoever is process 1 here may not reap. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const pidIn = (text: string): number => Number(/pid=(\d+)/.exec(text)?.[1]);

describe('protocol', () => {
  it('has the bounds of the contract', () => {
    expect([MAX_LINE_BYTES, MAX_LOG_TEXT]).toEqual([MAX_PROTOCOL_LINE_BYTES, MAX_LOG_TEXT_BYTES]);
  });

  it('says ready first, and ends by itself when the worker is gone', async () => {
    const runner = rig.launch(rig.folder());
    await runner.until((r) => r.messages.length > 0);
    expect(runner.messages).toEqual([{ v: 1, type: 'ready' }]);
    runner.hangUp();
    expect(await runner.ended).toBe(0);
  });

  it('ignores lines that are no commands, with a notice', async () => {
    const runner = rig.launch(rig.folder());
    runner.send({ v: 2, type: 'start' });
    runner.send('nonsense');
    runner.start({ job: commands('true') });
    expect(await runner.done()).toMatchObject({ ok: true });
    expect(runner.of('notice')).toHaveLength(2);
  });
});

describe('commands', () => {
  it('run in order, each named in the log, and report their ends', async () => {
    const { runner, done } = await rig.run(rig.folder(), {
      job: commands('echo one', 'echo "$COLOUR" >&2'),
      env: { COLOUR: 'grün' },
    });
    expect(done).toEqual({
      v: 1,
      type: 'done',
      ok: true,
      code: 'finished',
      message: expect.any(String),
      exitCode: 0,
    });
    expect(runner.log()).toBe('$ echo one\none\n$ echo "$COLOUR" >&2\ngrün\n');
    expect(runner.of('command_finished').map(({ index, exitCode }) => [index, exitCode])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(runner.of('log').at(-1)?.stream).toBe('stderr');
  });

  it.each([
    ['a failure', 'exit 7', 7],
    ['a failure within a pipe', 'false | cat', 1],
    ['an unset variable', 'echo $NO_SUCH_THING', expect.any(Number)],
    ['a failure before the last line', 'false\necho done', 1],
  ])('stop at %s', async (_name, command, exitCode) => {
    const { runner, done } = await rig.run(rig.folder(), { job: commands(command, 'echo never') });
    expect(done).toMatchObject({ ok: false, code: 'command_failed', exitCode });
    expect(done.message).toContain(command.split('\n')[0]);
    expect(runner.log()).not.toContain('never\n');
    expect(runner.of('command_finished')).toHaveLength(1);
  });

  it('say that bash is missing', async () => {
    const { done } = await rig.run(rig.folder(), { job: commands('true'), env: { PATH: '/nowhere' } });
    expect(done).toMatchObject({ ok: false, code: 'image_unusable' });
    expect(done.message).toContain('bash was not found');
  });

  it('do not blame the image for a command that cannot be started', async () => {
    const { done } = await rig.run(rig.folder(), { job: commands('true', 'echo \0') });
    expect(done).toMatchObject({ ok: false, code: 'command_failed' });
    expect(done.message).toContain('could not be started');
  });

  it('leave nothing running behind', async () => {
    const { runner, done } = await rig.run(rig.folder(), { job: commands('sleep 300 & echo pid=$!') });
    expect(done.ok).toBe(true);
    await eventually(() => !isAlive(pidIn(runner.log())));
  });

  it('see neither input nor variables of the runner', async () => {
    const { runner } = await rig.run(rig.folder(), { job: commands('cat; env | sort') });
    expect(runner.log()).not.toMatch(/DRYDOCK_WRITE|NODE_CHANNEL/);
  });
});

describe('harness command', () => {
  it.each([
    ['success', ['sh', '-c', 'echo hi'], { ok: true, code: 'finished', exitCode: 0 }, ''],
    ['its exit code', ['sh', '-c', 'exit 9'], { ok: false, code: 'harness_failed', exitCode: 9 }, '9'],
    [
      'a signal',
      ['sh', '-c', 'kill -9 $$'],
      { ok: false, code: 'harness_failed', exitCode: null },
      'SIGKILL',
    ],
    [
      'a missing program',
      ['no-such-program'],
      { ok: false, code: 'harness_failed' },
      'no-such-program was not found',
    ],
    ['a file without the bit', ['/etc/passwd'], { ok: false, code: 'harness_failed' }, 'not executable'],
  ])('reports %s', async (_name, command, expected, words) => {
    const { done } = await rig.run(rig.folder(), { job: harness(...command) });
    expect(done).toMatchObject(expected);
    expect(done.message).toContain(words);
  });
});

describe('cancel', () => {
  it('ends polite processes at once', async () => {
    const runner = rig.launch(rig.folder());
    runner.start({ job: harness('bash', '-c', 'trap "echo bye; exit 0" TERM; echo up; sleep 60 & wait') });
    await runner.until((r) => r.log().includes('up'));
    const before = performance.now();
    runner.cancel(100);
    expect(await runner.done()).toMatchObject({ ok: false, code: 'cancelled' });
    expect(performance.now() - before).toBeLessThan(60_000);
    expect(runner.log()).toContain('bye');
  });

  it('kills what ignores it after the grace, children included', async () => {
    const runner = rig.launch(rig.folder());
    runner.start({
      job: harness('bash', '-c', 'trap "" TERM; (trap "" TERM; sleep 60) & echo pid=$!; wait; sleep 60'),
    });
    await runner.until((r) => r.log().includes('pid='));
    const before = performance.now();
    runner.cancel(1);
    expect(await runner.done()).toMatchObject({ code: 'cancelled' });
    expect(performance.now() - before).toBeGreaterThan(900);
    await eventually(() => !isAlive(pidIn(runner.log())));
  });

  it('says by its exit code that a SIGTERM ended it, and not the worker', async () => {
    const runner = rig.launch(rig.folder());
    runner.start({ job: harness('bash', '-c', 'echo up; sleep 60') });
    await runner.until((r) => r.log().includes('up'));
    process.kill(runner.pid, 'SIGTERM');
    expect(await runner.done()).toMatchObject({ ok: false, code: 'cancelled' });
    expect(await runner.ended).toBe(143);
  });

  it('ends by itself, with all that it started, when its worker forgets to end it', async () => {
    const runner = rig.launch(rig.folder());
    const job = harness('bash', '-c', 'trap "" TERM; echo pid=$$; while true; do sleep 1; done');
    runner.start({ job, maxSeconds: 1 });
    expect(await runner.done()).toMatchObject({ ok: false, code: 'cancelled' });
    await runner.ended;
    await eventually(() => !isAlive(pidIn(runner.log())));
  });

  it('kills all when the worker is gone', async () => {
    const runner = rig.launch(rig.folder());
    runner.start({ job: harness('bash', '-c', 'trap "" TERM; echo pid=$$; sleep 60') });
    await runner.until((r) => r.log().includes('pid='));
    runner.hangUp();
    await runner.ended;
    await eventually(() => !isAlive(pidIn(runner.log())));
  });
});
