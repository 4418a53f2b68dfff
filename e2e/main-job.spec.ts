import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import { createHash } from 'node:crypto';
import { bash, commitAll, initRaw, publish, zipFolder } from './system/repositories.ts';
import { startSystem, type System } from './system/start-system.ts';

/** The whole job with the built-in agent: its model is scripted, everything else is real. */
let system: System;
let scratch: string;

beforeAll(async () => {
  const script = await readFile(join(ROOT, 'examples', 'trajectories', 'fix.yaml'), 'utf8');
  system = await startSystem({ script });
  scratch = await mkdtemp(join(tmpdir(), 'drydock-job-'));
  await bash(scratch, `cp -r '${join(ROOT, 'examples', 'failing-test')}' shop`);
});

afterAll(async () => {
  await system.stop();
  await rm(scratch, { recursive: true, force: true });
});

const TASK = {
  description: 'Fix the failing test.',
  verify: ['npm test'],
  focusPaths: ['src/money.js'],
  labels: { project: 'shop' },
};

describe('the main job', () => {
  it('repairs a repository from a ZIP, proves it, and keeps every word', async () => {
    await zipFolder(join(scratch, 'shop'), join(scratch, 'shop.zip'));
    const { id } = await system.client.submitZip(join(scratch, 'shop.zip'), TASK);
    const done = await system.client.wait(id);
    expect(done).toMatchObject({
      status: 'succeeded',
      outcome: 'changed',
      error: null,
      diffstat: { files: 1 },
    });
    expect(done.verify).toMatchObject([{ command: 'npm test', exitCode: 0 }]);
    expect(done.base?.commit).toBeNull();
    expect(done.usage.modelCalls).toBe(6);
    expect(done.usage.inputTokens).toBeGreaterThan(0);
    expect((await system.client.diff(id)).toString()).toContain(
      '+export const roundCents = (cents) => Math.round(cents);',
    );

    const list = (await (await system.client.request(`/v1/tasks/${id}/artifacts`)).json()) as {
      items: { name: string; bytes: number; sha256: string }[];
    };
    expect(list.items.map((item) => item.name).sort()).toEqual([
      'agent.log',
      'diff.patch',
      'prompts.jsonl',
      'result.json',
      'trajectory.json',
      'verify.log',
    ]);
    for (const { name, bytes, sha256 } of list.items) {
      const text = await system.client.artifact(id, name);
      expect({
        name,
        bytes: Buffer.byteLength(text),
        sha256: createHash('sha256').update(text).digest('hex'),
      }).toEqual({ name, bytes, sha256 });
      expect(text).not.toContain(system.providerKey);
    }
    const prompts = (await system.client.artifact(id, 'prompts.jsonl')).trim().split('\n');
    expect(prompts).toHaveLength(6);
    expect(await system.client.artifact(id, 'verify.log')).toContain('pass 5');
  });

  it('does the same from a git URL, and repeats it on retry from the same base', async () => {
    const directory = join(scratch, 'shop-git');
    await bash(scratch, 'cp -r shop shop-git');
    await initRaw(directory);
    const commit = await commitAll(directory);
    await publish(directory, system.gitRoot, 'shop');
    const git = { url: `${system.gitUrl}/shop.git`, ref: 'main' };
    const task = {
      ...TASK,
      agent: { harness: 'command', command: ['sed', '-i', 's/Math.floor/Math.round/', 'src/money.js'] },
      source: { git },
    };
    const done = await system.client.wait((await system.client.submit(task)).id);
    expect(done).toMatchObject({ outcome: 'changed', base: { commit } });
    const response = await system.client.post(`/v1/tasks/${done.id}/retry`, {});
    expect(response.status).toBe(202);
    const again = await system.client.wait(((await response.json()) as { id: string }).id);
    expect(again).toMatchObject({
      outcome: 'changed',
      retryOf: done.id,
      base: { commit },
      resultTree: done.resultTree,
    });
  });
});
