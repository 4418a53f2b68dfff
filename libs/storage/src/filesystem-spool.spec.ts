import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import { FilesystemSpool } from './filesystem-spool.ts';

describe('FilesystemSpool', () => {
  const key = { taskId: 'task_a' as TaskId, attempt: 1 };
  let root: string;
  let spool: FilesystemSpool;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'drydock-spool-'));
    spool = new FilesystemSpool((_key, area) => join(root, area ?? ''));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('never throws while writing; the error comes at close', async () => {
    const writer = spool.open(key, 'agent.log');
    for (let i = 0; i < 100; i++) writer.write('lost');
    await expect(writer.close()).rejects.toMatchObject({ code: 'store_failed' });
  });

  it('has nothing under a name that was never written', async () => {
    await expect(spool.read(key, 'verify.log')).resolves.toBeNull();
  });

  it('gives back what was written, in order', async () => {
    const flat = new FilesystemSpool(() => root);
    const writer = flat.open(key, 'agent.log');
    for (let i = 0; i < 1_000; i++) writer.write(`line ${String(i)} ü\n`);
    await writer.close();
    const file = await flat.read(key, 'agent.log');
    const text = (await buffer(file?.stream ?? Readable.from([]))).toString();
    expect(text.split('\n').slice(-2)).toEqual(['line 999 ü', '']);
    expect(Buffer.byteLength(text)).toBe(file?.bytes);
  });

  it('tells the reader, and nobody else, of a file that went before it was read', async () => {
    const flat = new FilesystemSpool(() => root);
    await flat.open(key, 'setup.log').close();
    const file = await flat.read(key, 'setup.log');
    await rm(join(root, 'setup.log'));
    // A stream that is open already would fail here, with nobody to hear it: that ends a worker.
    await delay(50);
    await expect(buffer(file?.stream ?? Readable.from([]))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
