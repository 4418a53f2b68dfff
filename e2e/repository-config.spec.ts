import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** What a repository may say of itself: `.drydock.yml`, `.drydock/setup.sh`, AGENTS.md. Always that of the base. */
let system: System;

const CONFIG = `setup:
  - echo made > made-by-setup.txt
  - echo out > built.log
verify:
  - test "$(cat a.txt)" = two
limits:
  timeoutSeconds: 60
  pids: 100
`;

beforeAll(async () => {
  system = await startSystem({ script: { turns: [{ reply: 'Nothing to do.' }] } });
});

afterAll(async () => {
  await system.stop();
});

const run = async (task: Record<string, unknown>) =>
  system.client.wait((await system.client.submit(task)).id);
const noticesOf = async (id: string): Promise<Record<string, unknown>[]> =>
  (await system.client.events(id)).filter((event) => event['type'] === 'notice');

describe('a repository that configures itself', () => {
  it('has its setup, verify and limits obeyed, and is told what setup left in the patch', async () => {
    const url = await publishScript(
      system,
      'configured',
      `printf '%s' '${CONFIG}' > .drydock.yml; printf '*.log\\n' > .gitignore; echo one > a.txt`,
    );
    const done = await run(
      bashTask(url, 'test -f built.log; echo two > a.txt; printf "verify: [\\"false\\"]\\n" > .drydock.yml'),
    );
    expect(done).toMatchObject({
      outcome: 'changed',
      error: null,
      limits: { timeoutSeconds: 60, pids: 100 },
    });
    expect(done.verify).toMatchObject([{ exitCode: 0 }]);
    const [notice, ...others] = await noticesOf(done.id);
    expect(notice).toMatchObject({ code: 'setup_changed_files' });
    expect(String(notice?.['message'])).toContain('made-by-setup.txt');
    expect(String(notice?.['message'])).not.toContain('a.txt');
    expect(others).toEqual([]);
    const patch = (await system.client.diff(done.id)).toString();
    expect(patch).toContain('made-by-setup.txt');
    expect(patch).not.toContain('b/built.log');
  });

  it('runs .drydock/setup.sh when nobody names a setup, but not when the request does', async () => {
    const url = await publishScript(
      system,
      'scripted',
      'mkdir .drydock; echo "echo yes > ~/ran" > .drydock/setup.sh; echo one > a.txt',
    );
    expect(await run(bashTask(url, 'test "$(cat ~/ran)" = yes'))).toMatchObject({ outcome: 'no_changes' });
    expect(await run(bashTask(url, 'test ! -e ~/ran', { setup: ['true'] }))).toMatchObject({
      outcome: 'no_changes',
    });
  });

  it('may not ask for an image that the operator does not allow', async () => {
    const url = await publishScript(system, 'greedy', 'echo "image: evil/image:1" > .drydock.yml');
    expect(await run(bashTask(url, 'true'))).toMatchObject({
      outcome: 'checkout_failed',
      error: { code: 'config_invalid' },
    });
  });

  it('gives its AGENTS.md and the focus paths to the model', async () => {
    const url = await publishScript(
      system,
      'advised',
      'echo "Always be kind to seagulls." > AGENTS.md; echo one > a.txt',
    );
    const done = await run({
      source: { git: { url } },
      description: 'Do nothing.',
      focusPaths: ['a.txt'],
      agent: { instructions: 'Never paint the hull.' },
    });
    const prompts = await system.client.artifact(done.id, 'prompts.jsonl');
    for (const words of ['kind to seagulls', 'a.txt', 'paint the hull', 'Do nothing.'])
      expect(prompts).toContain(words);
  });
});
