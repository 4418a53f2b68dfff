import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, ROOT } from '@drydock/testing';
import { bash, git } from '../system/repositories.ts';
import { startSystem, type System } from '../system/start-system.ts';
import { ended, type Ended, Person } from './run-command.ts';

/** The command against a whole system, with a model that is scripted. */
let system: System;
let person: Person;
let shop: string;

beforeAll(async () => {
  const script = await readFile(join(ROOT, 'examples/trajectories/fix.yaml'), 'utf8');
  system = await startSystem({ script });
});
afterAll(() => system.stop());
beforeEach(async () => {
  person = await Person.of(system);
  shop = await person.folder('shop');
  await cp(join(ROOT, 'examples/failing-test'), shop, { recursive: true });
  await git(shop, 'init', '-q', '-b', 'main');
  await git(shop, 'add', '-A');
  await git(shop, 'commit', '-q', '-m', 'first');
});
afterEach(() => person.leave());

const FIX = '+export const roundCents = (cents) => Math.round(cents);';
const SLEEP = ['--', 'bash', '-c', 'echo begun; sleep 300'];

/** Presses Ctrl-C once the task runs. */
const pressWhenRunning = async (
  child: ChildProcessWithoutNullStreams,
  times: number,
): Promise<{ id: string; end: Ended }> => {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const end = ended(child);
  await eventually(() => said.includes('begun'), { timeoutMs: 60_000 });
  const id = /task_\w{26}/.exec(said)?.[0] ?? '';
  child.kill('SIGINT');
  if (times === 2) {
    await eventually(() => said.includes('Press Ctrl-C again'));
    child.kill('SIGINT');
  }
  return { id, end: await end };
};

describe('drydock run', () => {
  it('sends a checkout, shows the work, and applies the patch on a branch', async () => {
    const args = ['run', 'Fix the failing test.', '--verify', 'npm test', '--branch', 'fix-rounding'];
    const { code, stdout, stderr } = await person.run(args, { cwd: shop });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain(FIX);
    for (const said of ['== agent', '$ npm test', 'verify passed: npm test', '6 steps', '1 file changed'])
      expect(stderr).toContain(said);
    await bash(shop, 'npm test');
    expect(await git(shop, 'log', '--format=%s', 'main..fix-rounding')).toBe('Fix the failing test.');
    expect(await git(shop, 'status', '--porcelain')).toBe('');
  });

  it('prints the exact patch to a pipe, takes it with --apply, and all of it as JSON', async () => {
    const argv = ['--', 'sed', '-i', 's/Math.floor/Math.round/', 'src/money.js'];
    const { code, bytes } = await person.run(['run', 'x', ...argv], { cwd: shop });
    expect(code).toBe(0);
    expect(await git(shop, 'status', '--porcelain')).toBe('');
    const applied = await person.run(['run', 'x', '--apply', '--json', ...argv], { cwd: shop });
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    const task = JSON.parse(applied.stdout) as { id: string };
    expect(task).toMatchObject({ outcome: 'changed', taken: { applied: true, how: 'clean' } });
    expect(await person.run(['diff', task.id])).toMatchObject({ bytes });
    await bash(shop, 'npm test');
  });

  it('speaks of the names of the folder also where there is only one folder in it', async () => {
    const alone = await person.folder('alone');
    await bash(alone, 'mkdir app; echo one > app/a.txt');
    const argv = ['--', 'bash', '-c', 'echo two > app/a.txt'];
    const { code, stderr } = await person.run(['run', 'x', '--apply', ...argv], { cwd: alone });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readFile(join(alone, 'app/a.txt'), 'utf8')).toBe('two\n');
  });

  it('ends with 0 when nothing changed and with 1 when the task failed, and says why', async () => {
    const none = await person.run(['run', 'x', '--', 'true'], { cwd: shop });
    expect(none).toMatchObject({ code: 0, stdout: '' });
    const failed = await person.run(['run', 'x', '--', 'false'], { cwd: shop });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('harness_failed');
  });

  it('leaves the task alone at Ctrl-C, tells how to come back, and cancels it at the second one', async () => {
    const once = await pressWhenRunning(person.start(['run', 'x', '-v', ...SLEEP], { cwd: shop }), 1);
    expect(once.end.code).toBe(130);
    expect(once.end.stderr).toContain(`drydock logs -f ${once.id}`);
    expect(await person.json(['show', once.id])).toMatchObject({ status: 'running' });
    const log = person.start(['logs', '-f', once.id]);
    const followed = ended(log);
    await person.succeed(['cancel', once.id]);
    expect(await followed).toMatchObject({ code: 1, stdout: expect.stringContaining('begun') as unknown });
    const twice = await pressWhenRunning(person.start(['run', 'x', '-v', ...SLEEP], { cwd: shop }), 2);
    expect(twice.end.code).toBe(130);
    expect(await system.client.wait(twice.id)).toMatchObject({ status: 'cancelled' });
  }, 180_000);

  it('takes nothing that an agent writes for commands to the terminal', async () => {
    const evil = "printf 'x\\033]0;owned\\007\\033[2Jy\\n' | tee evil.txt";
    const env = { FORCE_COLOR: '1' };
    const { stderr } = await person.run(['run', 'x', '-v', '--', 'bash', '-c', evil], { cwd: shop, env });
    expect(stderr).toContain('xy');
    expect(stderr).not.toContain('\u001b]0;');
    expect(stderr).not.toContain('\u001b[2J');
  });

  it('shows progress and a coloured diff at a terminal, and applies it on a yes', async () => {
    const argv = ['--', 'bash', '-c', "sleep 1; sed -i 's/Math.floor/Math.round/' src/money.js"];
    for (const answer of ['n', 'y']) {
      const child = person.atTerminal(['run', 'x', ...argv], { cwd: shop });
      let seen = '';
      child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      const end = ended(child);
      await eventually(() => seen.includes('[y/N]'), { timeoutMs: 60_000 });
      expect(seen).toContain(`\u001b[32m${FIX}\u001b[0m`);
      expect(seen).toMatch(/\r\u001b\[K.*agent · \ds/);
      child.stdin.write(`${answer}\n`);
      expect((await end).code).toBe(0);
      expect(await git(shop, 'status', '--porcelain')).toBe(answer === 'y' ? 'M src/money.js' : '');
    }
  });
});
