import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { artifactStoreContract } from '@drydock/engine/testing';
import { FilesystemArtifactStore } from './filesystem-artifact-store.ts';
import { ProcOwners } from './proc-owners.ts';

const roots: string[] = [];
const newRoot = async (): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'drydock-storage-'));
  roots.push(root);
  return join(root, 'artifacts');
};
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

const owners = new ProcOwners();

artifactStoreContract(
  'FilesystemArtifactStore',
  async () => new FilesystemArtifactStore(await newRoot(), owners),
);

describe('FilesystemArtifactStore', () => {
  const signal = new AbortController().signal;
  let root: string;
  let store: FilesystemArtifactStore;
  async function* chunk(text: string) {
    yield await Promise.resolve(Buffer.from(text));
  }
  beforeEach(async () => {
    root = await newRoot();
    store = new FilesystemArtifactStore(root, owners);
  });

  it('puts each key at its path, for the owner only', async () => {
    await store.put('tasks/a/input.zip', chunk('x'), { signal });
    expect(await readFile(join(root, 'tasks/a/input.zip'), 'utf8')).toBe('x');
    expect((await stat(join(root, 'tasks/a/input.zip'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'tasks'))).mode & 0o077).toBe(0);
  });

  it('shows nothing before the last byte, and leaves no temporary file', async () => {
    const seen: unknown[] = [];
    async function* source() {
      yield* chunk('half');
      seen.push(await store.get('k').catch((error: unknown) => error));
      yield* chunk('whole');
    }
    await store.put('k', source(), { signal });
    await store.put('k', chunk('too long'), { signal, maxBytes: 1 }).catch(() => undefined);
    expect(seen).toMatchObject([{ code: 'artifact_not_available' }]);
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('says what to look at when the directory cannot be used', async () => {
    await writeFile(root, 'a file in its place');
    await expect(store.check()).rejects.toMatchObject({
      code: 'store_failed',
      detail: expect.stringMatching(/artifacts does not work: .*Check the disk/),
    });
  });

  it('removes what dead processes left at once, what is of unknown ones by age, what is of living ones never', async () => {
    await store.check();
    const child = spawnSync('true');
    const [boot, namespace] = owners.mark.split('.');
    const dead = `${boot ?? ''}.${namespace ?? ''}.${String(child.pid)}.1`;
    const names = [`${dead}_x`, `${owners.mark}_old`, 'elsewhere.1.2.3_old', 'elsewhere.1.2.3_fresh'];
    for (const name of names) {
      await writeFile(join(root, '.tmp', name), 'half');
      if (name.endsWith('old')) await utimes(join(root, '.tmp', name), new Date(0), new Date(0));
    }
    expect(await store.removeHalfWritten(60_000)).toBe(2);
    expect((await readdir(join(root, '.tmp'))).sort()).toEqual([names[3], names[1]].sort());
    expect((await readdir(root)).sort()).toEqual(['.tmp']);
  });

  it('removes folders that are empty, also while others put files beside', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `tasks/a/attempts/${String(i % 4)}/${String(i)}`);
    await Promise.all(
      keys.map(async (key) => {
        await store.put(key, chunk('x'), { signal });
        await store.remove(key);
      }),
    );
    expect(await readdir(root)).toEqual(['.tmp']);
  });

  it('removes a link, never what it leads to', async () => {
    await store.put('tasks/a/x', chunk('x'), { signal });
    await symlink(join(root, 'tasks/a'), join(root, 'tasks/link'));
    await store.remove('tasks/link');
    expect(await readFile(join(root, 'tasks/a/x'), 'utf8')).toBe('x');
  });
});
