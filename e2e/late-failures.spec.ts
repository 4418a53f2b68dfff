import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGitServer } from '@drydock/testing';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './system/repositories.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** What nobody can know at submit ends the task with an outcome and words that a person can act on. */
let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem();
  url = await publishScript(system, 'small', 'echo one > a.txt');
  await mkdir(join(system.gitRoot, 'empty.git'));
  await git(join(system.gitRoot, 'empty.git'), 'init', '-q', '--bare', '.');
  await publishScript(system, 'bad-config', 'echo "nonsense: [" > .drydock.yml');
});

afterAll(async () => {
  await system.stop();
});

const source = (git: Record<string, string>) => ({ source: { git } });

describe('a task fails late with an outcome and a message', () => {
  it.each([
    [
      'an unknown ref',
      () => source({ url, ref: 'no-such-branch' }),
      'checkout_failed',
      'source_ref_not_found',
    ],
    [
      'an unknown commit',
      () => source({ url, ref: 'a'.repeat(40) }),
      'checkout_failed',
      'source_ref_not_found',
    ],
    [
      'a missing repository',
      () => source({ url: `${system.gitUrl}/none.git` }),
      'checkout_failed',
      'source_not_found',
    ],
    [
      'an empty repository',
      () => source({ url: `${system.gitUrl}/empty.git` }),
      'checkout_failed',
      'source_empty',
    ],
    [
      'an unreachable host',
      () => source({ url: 'https://no-such-host.invalid/a.git' }),
      'checkout_failed',
      'source_unreachable',
    ],
    ['a missing image', () => ({ image: 'drydock/none:9' }), 'image_unavailable', 'image_missing'],
    [
      'a broken .drydock.yml',
      () => source({ url: `${system.gitUrl}/bad-config.git` }),
      'checkout_failed',
      'config_invalid',
    ],
    [
      'a failing setup',
      () => ({ setup: ['true', 'exit 4', 'touch never'] }),
      'setup_failed',
      'setup_command_failed',
    ],
    [
      'a program that is not there',
      () => ({ agent: { harness: 'command', command: ['no-such-program'] } }),
      'agent_failed',
      'harness_failed',
    ],
  ])('%s', async (_name, more, outcome, code) => {
    const done = await system.client.wait(
      (await system.client.submit(bashTask(url, 'echo x > b', more()))).id,
    );
    expect({ status: done.status, outcome: done.outcome, code: done.error?.code }).toEqual({
      status: 'failed',
      outcome,
      code,
    });
    expect(done.error?.message.length).toBeGreaterThan(20);
  });

  it('says that credentials are needed', async () => {
    const guarded = await startGitServer({
      root: system.gitRoot,
      auth: { token: 'right-token-123' },
    });
    try {
      const other = await startSystem({ allowPrivateHosts: [new URL(guarded.url).host] });
      try {
        const at = `${guarded.url}/small.git`;
        const refused = await other.client.wait(
          (await other.client.submit(bashTask(at, 'true', source({ url: at, token: 'wrong-token' })))).id,
        );
        expect(refused).toMatchObject({ outcome: 'checkout_failed', error: { code: 'source_auth_failed' } });
        const accepted = await other.client.wait(
          (await other.client.submit(bashTask(at, 'true', source({ url: at, token: 'right-token-123' })))).id,
        );
        expect(accepted).toMatchObject({ outcome: 'no_changes' });
        expect(
          JSON.stringify(await other.client.events(accepted.id)) + JSON.stringify(accepted),
        ).not.toContain('right-token-123');
      } finally {
        await other.stop();
      }
    } finally {
      await guarded.close();
    }
  });

  it('reports a verification that fails, with the patch kept', async () => {
    const task = bashTask(url, 'echo two > a.txt', {
      verify: ['grep two a.txt', 'grep three a.txt', 'true'],
    });
    const done = await system.client.wait((await system.client.submit(task)).id);
    expect(done).toMatchObject({ outcome: 'verification_failed', error: { code: 'verify_command_failed' } });
    expect(done.verify.map((result) => result.exitCode)).toEqual([0, 1]);
    expect((await system.client.diff(done.id)).toString()).toContain('+two');
  });
});
