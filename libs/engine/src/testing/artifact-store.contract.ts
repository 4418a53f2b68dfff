import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, AttemptAborted } from '@drydock/domain';
import type { ArtifactStore } from '../ports/artifact-store.ts';

const KEY = 'tasks/task_a/attempts/1/diff.patch';
const signal = new AbortController().signal;

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part as Uint8Array));
}

const readAll = async (store: ArtifactStore, key: string): Promise<Buffer> => {
  const { bytes, stream } = await store.get(key);
  const all = await buffer(stream);
  expect(all.byteLength).toBe(bytes);
  return all;
};

const failingSources = (store: () => ArtifactStore): void => {
  const failed = new AppError('repo_too_large', 'from the source');
  async function* breaking(error: Error): AsyncGenerator<Uint8Array> {
    yield* chunks('half');
    throw error;
  }

  it.each([
    ['an error of ours is passed on', failed, failed],
    ['an abort is passed on', new AttemptAborted('cancel'), new AttemptAborted('cancel')],
    ['any other is store_failed', new Error('EIO'), { code: 'store_failed' }],
  ])('leaves nothing when the source breaks: %s', async (_what, error, expected) => {
    await expect(store().put(KEY, breaking(error), { signal })).rejects.toMatchObject(expected);
    await expect(store().get(KEY)).rejects.toMatchObject({ code: 'artifact_not_available' });
  });

  it('stops at the bound, and keeps what was there before', async () => {
    await store().put(KEY, chunks('1234'), { signal, maxBytes: 4 });
    const tooMuch = store().put(KEY, chunks('12', '345'), { signal, maxBytes: 4 });
    await expect(tooMuch).rejects.toMatchObject({ code: 'payload_too_large' });
    expect((await readAll(store(), KEY)).toString()).toBe('1234');
  });

  it('stops at an abort, though the source is silent, and ends the source', async () => {
    const controller = new AbortController();
    const silence = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<string>();
    async function* silent(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunks('half');
        controller.abort(new AttemptAborted('cancel'));
        await silence.promise;
        yield* chunks('never stored');
      } finally {
        ended.resolve('ended');
      }
    }
    const put = store().put(KEY, silent(), { signal: controller.signal });
    await expect(put).rejects.toMatchObject({ kind: 'cancel' });
    await expect(store().get(KEY)).rejects.toMatchObject({ code: 'artifact_not_available' });
    silence.resolve('over');
    await expect(ended.promise).resolves.toBe('ended');
  });

  it('does not begin once aborted', async () => {
    const aborted = AbortSignal.abort(new AttemptAborted('drain'));
    await expect(store().put(KEY, chunks('x'), { signal: aborted })).rejects.toMatchObject({ kind: 'drain' });
    await expect(store().get(KEY)).rejects.toMatchObject({ code: 'artifact_not_available' });
  });
};

const removal = (store: () => ArtifactStore): void => {
  it('removes a key, or all keys below one, and no other', async () => {
    const keys = ['tasks/a/input.zip', 'tasks/a/attempts/1/x', 'tasks/a/attempts/2/x', 'tasks/ab/input.zip'];
    for (const key of keys) await store().put(key, chunks(key), { signal });
    await store().remove('tasks/a/attempts/1/x');
    await expect(store().get('tasks/a/attempts/1/x')).rejects.toMatchObject({
      code: 'artifact_not_available',
    });
    expect((await readAll(store(), 'tasks/a/attempts/2/x')).toString()).toBe('tasks/a/attempts/2/x');
    await store().remove('tasks/a');
    for (const key of keys.slice(0, 3))
      await expect(store().get(key)).rejects.toMatchObject({ code: 'artifact_not_available' });
    expect((await readAll(store(), 'tasks/ab/input.zip')).toString()).toBe('tasks/ab/input.zip');
  });

  it('takes it for done when there is nothing to remove', async () => {
    await expect(store().remove('tasks/none')).resolves.toBeUndefined();
    await expect(store().remove('tasks/none/below')).resolves.toBeUndefined();
  });
};

const listing = (store: () => ArtifactStore): void => {
  const KEYS = [
    'check-1',
    'tasks/a-b/input.zip',
    'tasks/a/attempts/1/x',
    'tasks/a/attempts/10/x',
    'tasks/a/attempts/2/x',
    'tasks/a/input.zip',
    'tasks/ab/input.zip',
  ];
  const keysOf = async (prefix: string, after?: string): Promise<string[]> => {
    const found = [];
    for await (const { key } of store().list(prefix, after === undefined ? {} : { after })) found.push(key);
    return found;
  };

  it('lists complete keys in the order of their characters, from any prefix and after any text', async () => {
    for (const key of [...KEYS].reverse()) await store().put(key, chunks(key), { signal });
    expect(await keysOf('')).toEqual(KEYS);
    expect(await keysOf('tasks/a')).toEqual(KEYS.slice(1));
    expect(await keysOf('tasks/a/')).toEqual(KEYS.slice(2, 6));
    expect(await keysOf('tasks/a/input.zip')).toEqual(['tasks/a/input.zip']);
    expect(await keysOf('none/')).toEqual([]);
    for (const [index, key] of KEYS.entries()) expect(await keysOf('', key)).toEqual(KEYS.slice(index + 1));
    expect(await keysOf('tasks/', 'tasks/a/b')).toEqual(KEYS.slice(5));
    expect(await keysOf('tasks/', 'zzz')).toEqual([]);
  });

  it('lists size and time of a key by its own clock', async () => {
    const before = await store().now();
    await store().put(KEY, chunks('12', '345'), { signal });
    const after = await store().now();
    for await (const { key, bytes, modifiedAt } of store().list('')) {
      expect({ key, bytes }).toEqual({ key: KEY, bytes: 5 });
      expect(modifiedAt.getTime()).toBeGreaterThanOrEqual(before.getTime() - 10);
      expect(modifiedAt.getTime()).toBeLessThanOrEqual(after.getTime() + 10);
    }
    expect.assertions(3);
  });

  it('lists on while keys go, and an empty store', async () => {
    expect(await keysOf('')).toEqual([]);
    for (const key of KEYS) await store().put(key, chunks(key), { signal });
    const seen: string[] = [];
    for await (const { key } of store().list('tasks/')) {
      seen.push(key);
      await store().remove(key);
    }
    expect(seen).toEqual(KEYS.slice(1));
    expect(await keysOf('')).toEqual(['check-1']);
  });

  it('neither lists an upload under way nor takes it for half-written', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* chunks('half');
      expect(await keysOf('')).toEqual([]);
      expect(await store().removeHalfWritten(60_000)).toBe(0);
      yield* chunks('whole');
    }
    await store().put(KEY, source(), { signal });
    expect((await readAll(store(), KEY)).toString()).toBe('halfwhole');
  });
};

const HOSTILE_KEYS = [
  '',
  '/',
  '/etc/passwd',
  '..',
  'a/../../b',
  'a//b',
  'a/',
  './a',
  'a/.hidden',
  'a\\b',
  'a\0b',
  'a b',
];

const hostileKeys = (store: () => ArtifactStore): void => {
  it.each([...HOSTILE_KEYS, 'x'.repeat(600)])('refuses the key %j', async (key) => {
    await expect(store().put(key, chunks('x'), { signal })).rejects.toMatchObject({ code: 'store_failed' });
    await expect(store().remove(key)).rejects.toMatchObject({ code: 'store_failed' });
    await expect(store().get(key)).rejects.toMatchObject({ code: 'artifact_not_available' });
  });
};

/** What every ArtifactStore promises. `make` gives an empty one. */
export const artifactStoreContract = (name: string, make: () => Promise<ArtifactStore>): void => {
  describe(`ArtifactStore contract: ${name}`, () => {
    let made: ArtifactStore;
    const store = () => made;
    beforeEach(async () => {
      made = await make();
    });

    it.each([
      ['text in pieces', [Buffer.from('one '), Buffer.from('two')]],
      ['nothing', []],
      ['empty pieces', [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(0)]],
      ['all bytes', [Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))]],
      ['more than one buffer holds', Array.from({ length: 5 }, (_, i) => Buffer.alloc(100_003, i))],
    ])('gives back %s byte for byte, with size and hash', async (_what, parts) => {
      const all = Buffer.concat(parts);
      const sha256 = createHash('sha256').update(all).digest('hex');
      expect(await made.put(KEY, chunks(...parts), { signal })).toEqual({ bytes: all.byteLength, sha256 });
      expect((await readAll(made, KEY)).equals(all)).toBe(true);
    });

    it('overwrites', async () => {
      await made.put(KEY, chunks('a long first version'), { signal });
      await made.put(KEY, chunks('second'), { signal });
      expect((await readAll(made, KEY)).toString()).toBe('second');
    });

    it('keeps one of two writers whole', async () => {
      const versions = ['a', 'b'].map((letter) => letter.repeat(50_000));
      await Promise.all(
        versions.map((text) => made.put(KEY, chunks(text.slice(1), text.slice(-1)), { signal })),
      );
      expect(versions).toContain((await readAll(made, KEY)).toString());
    });

    it.each([
      'tasks/task_a/attempts/1/absent',
      'absent',
      'tasks/task_a',
      'tasks/task_a/attempts/1/diff.patch/below',
    ])('has nothing at %s', async (key) => {
      await made.put(KEY, chunks('x'), { signal });
      await expect(made.get(key)).rejects.toMatchObject({ code: 'artifact_not_available' });
    });

    it('checks itself without a trace', async () => {
      await expect(made.check()).resolves.toBeUndefined();
    });

    failingSources(store);
    removal(store);
    listing(store);
    hostileKeys(store);
  });
};
