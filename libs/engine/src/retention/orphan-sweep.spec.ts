import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { FakeArtifactStore } from '../testing/fake-artifact-store.ts';
import { FakeRetentionStore } from '../testing/fake-retention-store.ts';
import { OrphanSweep } from './orphan-sweep.ts';

const GRACE_MS = 3_600_000;
const NOBODY = 'task_01arz3ndektsv4rrffq69g5fav';
const signal = new AbortController().signal;

describe('OrphanSweep', () => {
  let artifacts: FakeArtifactStore;
  let store: FakeRetentionStore;
  let sweep: OrphanSweep;
  beforeEach(() => {
    artifacts = new FakeArtifactStore();
    store = new FakeRetentionStore();
    sweep = new OrphanSweep({ artifacts, store, instanceId: async () => 'inst_a', graceMs: GRACE_MS });
  });

  const put = async (...keys: string[]): Promise<void> => {
    async function* bytes() {
      yield await Promise.resolve(Buffer.from('x'));
    }
    for (const key of keys) await artifacts.put(key, bytes(), { signal });
  };
  const left = (): string[] => [...artifacts.contents.keys()].filter((key) => key !== 'instance').sort();

  it('removes the input of a task that was never accepted, after the grace only', async () => {
    await put(`tasks/${NOBODY}/input.zip`);
    artifacts.age('tasks/', GRACE_MS - 1000);
    expect(await sweep.run(signal)).toBe(0);
    artifacts.age('tasks/', 1000);
    expect(await sweep.run(signal)).toBe(1);
    expect(left()).toEqual([]);
  });

  it('removes files of attempts that no row vouches for once the task has ended, and keeps the others', async () => {
    const id = await store.addTask({
      status: 'succeeded',
      endedMsAgo: 1,
      artifacts: { '2/diff.patch': 1, '3/agent.log': 1 },
    });
    const kept = [`tasks/${id}/attempts/2/diff.patch`, `tasks/${id}/attempts/3/agent.log`];
    await put(...kept, `tasks/${id}/input.zip`, `tasks/${id}/attempts/1/diff.patch`);
    await put(`tasks/${id}/attempts/2/agent.log`, `tasks/${id}/attempts/30/agent.log`);
    artifacts.age('tasks/', GRACE_MS);
    expect(await sweep.run(signal)).toBe(3);
    expect(left()).toEqual([...kept, `tasks/${id}/input.zip`].sort());
  });

  it('touches nothing of a live task, and nothing that it does not know', async () => {
    const id = await store.addTask({ status: 'running', endedMsAgo: null });
    const keys = [
      `tasks/${id}/attempts/1/diff.patch`,
      `tasks/${id}/input.zip`,
      `tasks/${NOBODY}/notes.txt`,
      'backups/1',
    ];
    await put(...keys);
    artifacts.age('', 10 * GRACE_MS);
    expect(await sweep.run(signal)).toBe(0);
    expect(left()).toEqual([...keys].sort());
  });

  it('removes what a run that died had withdrawn, and the marker of a check that died', async () => {
    const id = await store.addTask({ status: 'failed', endedMsAgo: 1, artifacts: { '1/agent.log': 1 } });
    await put(`tasks/${id}/attempts/1/agent.log`, `tasks/${id}/input.zip`);
    await put('check-01234567-89ab-cdef-0123-456789abcdef');
    await store.withdrawFiles({ olderThanMs: 0, limit: 1 });
    artifacts.age('', GRACE_MS);
    expect(await sweep.run(signal)).toBe(3);
    expect(left()).toEqual([]);
  });

  it('goes on with the others when one cannot be removed, and then says so', async () => {
    const keys = ['a', 'b', 'c'].map((last) => `tasks/${NOBODY.slice(0, -1)}${last}/input.zip`);
    await put(...keys);
    artifacts.age('', GRACE_MS);
    const remove = artifacts.remove.bind(artifacts);
    artifacts.remove = (key) =>
      key === keys[0] ? Promise.reject(new AppError('store_failed', 'EIO')) : remove(key);
    await expect(sweep.run(signal)).rejects.toMatchObject({ code: 'store_failed' });
    expect(left()).toEqual([keys[0]]);
  });

  it('removes nothing when it cannot ask whose the files are', async () => {
    await put(`tasks/${NOBODY}/input.zip`);
    artifacts.age('', GRACE_MS);
    store.failure = new AppError('service_unavailable', 'away');
    await expect(sweep.run(signal)).rejects.toMatchObject({ code: 'service_unavailable' });
    expect(left()).toHaveLength(1);
  });

  it('looks at ten thousand keys a run and goes on where it stopped', async () => {
    const id = await store.addTask({ status: 'running', endedMsAgo: null });
    for (let i = 0; i < 10_000; i++)
      artifacts.contents.set(`tasks/${id}/attempts/1/${String(i).padStart(6, '0')}`, Buffer.alloc(0));
    const last = `tasks/task_7zzzzzzzzzzzzzzzzzzzzzzzzz/input.zip`;
    await put(last);
    artifacts.age(last, GRACE_MS);
    expect(await sweep.run(signal)).toBe(0);
    expect(await sweep.run(signal)).toBe(1);
  });

  it('removes nothing from the store of another installation', async () => {
    await put(`tasks/${NOBODY}/input.zip`);
    artifacts.age('', GRACE_MS);
    await sweep.run(AbortSignal.abort());
    const strange = new OrphanSweep({
      artifacts,
      store,
      instanceId: async () => 'inst_b',
      graceMs: GRACE_MS,
    });
    await expect(strange.run(signal)).rejects.toMatchObject({ code: 'config_error' });
    expect(left()).toHaveLength(1);
    expect(await sweep.run(signal)).toBe(1);
  });
});
