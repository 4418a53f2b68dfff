import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptKey, WorkspaceArea } from '../ports/attempt-key.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import { anAttemptKey } from './sandboxes-under-test.ts';

const MIB = 1024 ** 2;

export interface WorkspacesUnderTest {
  readonly workspaces: Workspaces;
  /** Writes a file as something in a sandbox would. */
  readonly put: (key: AttemptKey, path: AreaPath, bytes: Uint8Array) => Promise<void>;
  /** Makes what no regular file is. */
  readonly putOdd: (key: AttemptKey, path: AreaPath, kind: OddKind) => Promise<void>;
  readonly remove: (key: AttemptKey, path: AreaPath) => Promise<void>;
  /** Null when there is no such file. */
  readonly read: (key: AttemptKey, path: AreaPath) => Promise<string | null>;
  /** The attempt has anything here. */
  readonly has: (key: AttemptKey) => Promise<boolean>;
  readonly close: () => Promise<void>;
}
export interface AreaPath {
  readonly area: WorkspaceArea;
  readonly name: string;
}
export const ODD_KINDS = ['link', 'directory', 'fifo'] as const;
export type OddKind = (typeof ODD_KINDS)[number];

const bytesOf = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

const PATCH: AreaPath = { area: 'out', name: 'diff.patch' };

/** Promises of `Workspaces`, for every adapter of it. */
export const workspacesContract = (name: string, make: () => Promise<WorkspacesUnderTest>): void => {
  describe(`Workspaces contract: ${name}`, () => {
    let under: WorkspacesUnderTest;
    const key = anAttemptKey();
    const noise = Buffer.alloc(8 * MIB, 'noise of eight MiB');
    beforeEach(async () => {
      under = await make();
      await under.workspaces.open(key, 60);
    });
    afterEach(() => under.close());

    it('opens every area empty, over what an earlier opening left', async () => {
      await under.put(key, { area: 'work', name: 'old' }, Buffer.from('old'));
      await under.workspaces.open(key, 60);
      expect(await under.read(key, { area: 'work', name: 'old' })).toBeNull();
      await under.put(key, { area: 'work', name: 'new' }, Buffer.from('new'));
      expect(await under.read(key, { area: 'work', name: 'new' })).toBe('new');
    });

    it('writes a small file for the sandbox to read', async () => {
      await under.workspaces.writeFile(key, 'in', 'task.json', '{"a":"ü"}');
      expect(await under.read(key, { area: 'in', name: 'task.json' })).toBe('{"a":"ü"}');
    });

    it.each(['work', 'home', 'verify-work', 'verify-home'] as const)('counts what is in %s', async (area) => {
      const before = await under.workspaces.diskUse(key);
      await under.put(key, { area, name: 'noise' }, noise);
      const after = await under.workspaces.diskUse(key);
      expect(after.usedBytes - before.usedBytes).toBeGreaterThanOrEqual(noise.length);
      expect(after.usedBytes - before.usedBytes).toBeLessThan(noise.length * 1.1);
      expect([before.exceeded, after.exceeded]).toEqual([false, false]);
    });

    it('does not count what is ours', async () => {
      const before = await under.workspaces.diskUse(key);
      for (const area of ['out', 'spool', 'base'] as const)
        await under.put(key, { area, name: 'noise' }, noise);
      expect(await under.workspaces.diskUse(key)).toEqual(before);
    });

    it('remembers that the limit was reached, until the workspace is opened anew', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      // A full disk refuses the last of them where the limit is a hard one.
      for (const name of names) await under.put(key, { area: 'home', name }, noise).catch(() => undefined);
      expect((await under.workspaces.diskUse(key)).exceeded).toBe(true);
      for (const name of names) await under.remove(key, { area: 'home', name });
      expect((await under.workspaces.diskUse(key)).exceeded).toBe(true);
      await under.workspaces.open(key, 60);
      expect((await under.workspaces.diskUse(key)).exceeded).toBe(false);
    });

    it('judges by a limit that was tightened after the opening', async () => {
      const other = anAttemptKey();
      await under.workspaces.open(other, 60);
      for (const each of [key, other]) await under.put(each, { area: 'work', name: 'noise' }, noise);
      under.workspaces.limitDisk(key, 5);
      expect((await under.workspaces.diskUse(key)).exceeded).toBe(true);
      expect((await under.workspaces.diskUse(other)).exceeded).toBe(false);
      under.workspaces.limitDisk(key, 60);
      expect((await under.workspaces.diskUse(key)).exceeded).toBe(true);
    });

    it('reads a file of out, byte for byte', async () => {
      expect(await under.workspaces.readOut(key, PATCH.name, 100)).toBeNull();
      const bytes = Buffer.from([0, 255, 13, 10, 128]);
      await under.put(key, PATCH, bytes);
      const found = await under.workspaces.readOut(key, PATCH.name, 5);
      expect(found?.bytes).toBe(5);
      expect(await bytesOf(found!.stream)).toEqual(bytes);
    });

    it('reads an empty file as no bytes', async () => {
      await under.put(key, PATCH, Buffer.alloc(0));
      const found = await under.workspaces.readOut(key, PATCH.name, 5);
      expect(found?.bytes).toBe(0);
      expect(await bytesOf(found!.stream)).toHaveLength(0);
    });

    it('refuses a file past the bound', async () => {
      await under.put(key, PATCH, Buffer.alloc(6));
      await expect(under.workspaces.readOut(key, PATCH.name, 5)).rejects.toMatchObject({
        code: 'diff_too_large',
      });
    });

    it.each(ODD_KINDS)('reads nothing of a %s', async (kind) => {
      await under.putOdd(key, PATCH, kind);
      expect(await under.workspaces.readOut(key, PATCH.name, 1000)).toBeNull();
    });

    it.each(['../in/task.json', '/etc/passwd', '', '.', '..'])(
      'reads nothing by the name "%s"',
      async (odd) => {
        await under.workspaces.writeFile(key, 'in', 'task.json', '{}');
        expect(await under.workspaces.readOut(key, odd, 100_000)).toBeNull();
      },
    );

    it('closes for good, twice, and what was never open', async () => {
      await under.workspaces.close(key);
      await under.workspaces.close(key);
      await under.workspaces.close(anAttemptKey());
      expect(await under.has(key)).toBe(false);
    });

    it('reaps the dead and spares the living', async () => {
      const [live, next] = [anAttemptKey(), { ...key, attempt: 2 }];
      await under.workspaces.open(live, 60);
      await under.workspaces.open(next, 60);
      let found: readonly AttemptKey[] = [];
      const reap = (dead: readonly AttemptKey[]) =>
        under.workspaces.reap((seen) => ((found = seen), Promise.resolve(dead)));
      expect(await reap([])).toEqual({ removed: 0, stuck: [] });
      expect(new Set(found)).toEqual(new Set([key, live, next]));
      expect(await reap([key])).toEqual({ removed: 1, stuck: [] });
      expect(await reap([key])).toEqual({ removed: 0, stuck: [] });
      expect(await Promise.all([key, live, next].map(under.has))).toEqual([false, true, true]);
    });

    it('tells how much of the disk is free', async () => {
      const share = await under.workspaces.freeShare();
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
    });
  });
};
