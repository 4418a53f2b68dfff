import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import type { MakeRetention, RetainedTask, RetentionUnderTest } from './retention-under-test.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVENTS = ['task.queued', 'log', 'phase.started', 'log', 'log', 'task.finished'];
const ended = (endedMsAgo: number, more: Partial<RetainedTask> = {}): RetainedTask => ({
  status: 'succeeded',
  endedMsAgo,
  ...more,
});
const running = (more: Partial<RetainedTask> = {}): RetainedTask => ({
  status: 'running',
  endedMsAgo: null,
  ...more,
});

const logEvents = (get: () => RetentionUnderTest): void => {
  it('deletes the log events of old ended tasks and keeps every other event', async () => {
    const old = await get().addTask(ended(8 * DAY_MS, { events: EVENTS }));
    const young = await get().addTask(ended(6 * DAY_MS, { events: EVENTS }));
    const live = await get().addTask(running({ events: EVENTS.slice(0, 5) }));
    const batch = { olderThanMs: 7 * DAY_MS, limit: 10 };
    expect(await get().store.deleteLogEvents(batch)).toEqual({ tasks: 1, events: 3 });
    expect(await get().look(old)).toMatchObject({
      logsDeleted: true,
      filesDeleted: false,
      events: ['1 task.queued', '3 phase.started', '6 task.finished'],
    });
    for (const [id, count] of [
      [young, 6],
      [live, 5],
    ] as const) {
      const { logsDeleted, events } = await get().look(id);
      expect([logsDeleted, events.length]).toEqual([false, count]);
    }
    expect(await get().store.deleteLogEvents(batch)).toEqual({ tasks: 0, events: 0 });
  });

  it('takes as many tasks as it is told, least recently ended first', async () => {
    const ids: TaskId[] = [];
    for (const days of [10, 12, 11]) ids.push(await get().addTask(ended(days * DAY_MS, { events: EVENTS })));
    const deleted = async (): Promise<boolean[]> =>
      Promise.all(ids.map(async (id) => (await get().look(id)).logsDeleted));
    await get().store.deleteLogEvents({ olderThanMs: DAY_MS, limit: 1 });
    expect(await deleted()).toEqual([false, true, false]);
    await get().store.deleteLogEvents({ olderThanMs: DAY_MS, limit: 1 });
    expect(await deleted()).toEqual([false, true, true]);
  });
};

const files = (get: () => RetentionUnderTest): void => {
  const artifacts = { '1/diff.patch': 10, '2/agent.log': 20 };

  it('withdraws the files of old ended tasks, rows with the mark', async () => {
    const old = await get().addTask(ended(91 * DAY_MS, { artifacts, zipBytes: 5 }));
    const young = await get().addTask(ended(89 * DAY_MS, { artifacts }));
    const live = await get().addTask(running({ artifacts }));
    const batch = { olderThanMs: 90 * DAY_MS, limit: 10 };
    expect(await get().store.withdrawFiles(batch)).toEqual([old]);
    expect(await get().look(old)).toMatchObject({ filesDeleted: true, logsDeleted: false, artifacts: [] });
    for (const id of [young, live])
      expect(await get().look(id)).toMatchObject({
        filesDeleted: false,
        artifacts: ['1/diff.patch', '2/agent.log'],
      });
    expect(await get().store.withdrawFiles(batch)).toEqual([]);
  });

  it.each<[string, Partial<RetainedTask>, boolean]>([
    ['a pending delivery', { delivery: 'pending' }, false],
    ['a held delivery', { delivery: 'held' }, false],
    ['a delivery that succeeded', { delivery: 'succeeded' }, true],
    ['a delivery that failed', { delivery: 'failed' }, true],
  ])('with %s of the task', async (_what, more, isWithdrawn) => {
    const id = await get().addTask(ended(DAY_MS, { artifacts, ...more }));
    expect(await get().store.withdrawFiles({ olderThanMs: 0, limit: 10 })).toEqual(isWithdrawn ? [id] : []);
    expect((await get().store.taskFiles([id]))[0]?.isLive).toBe(!isWithdrawn);
  });

  it.each(['queued', 'running'] as const)('keeps those of the source of a %s retry', async (status) => {
    const source = await get().addTask(ended(DAY_MS, { artifacts }));
    const other = await get().addTask(ended(HOUR_MS, { artifacts }));
    await get().addTask({ status, endedMsAgo: null, retryOf: source });
    await get().addTask(ended(HOUR_MS / 2, { retryOf: other }));
    expect(await get().store.withdrawFiles({ olderThanMs: HOUR_MS, limit: 10 })).toEqual([other]);
  });

  it('goes by size from the least recently ended on, and stops below it', async () => {
    const add = (days: number, bytes: number): Promise<TaskId> =>
      get().addTask(ended(days * DAY_MS, { artifacts: { '1/x': bytes } }));
    const empty = await get().addTask(ended(9 * DAY_MS));
    const [young, old, middle] = [await add(1, 100), await add(3, 60), await add(2, 40)];
    await get().addTask(running({ zipBytes: 50 }));
    expect(await get().store.withdrawFilesAbove(250, 10)).toEqual([]);
    expect(await get().store.withdrawFilesAbove(249, 10)).toEqual([old]);
    expect(await get().store.withdrawFilesAbove(190, 10)).toEqual([]);
    expect(await get().store.withdrawFilesAbove(0, 1)).toEqual([middle]);
    expect(await get().store.withdrawFilesAbove(0, 10)).toEqual([young]);
    expect(await get().store.withdrawFilesAbove(0, 10)).toEqual([]);
    expect((await get().look(empty)).filesDeleted).toBe(false);
  });

  it('tells of each task which files it still vouches for', async () => {
    const kept = await get().addTask(ended(DAY_MS, { artifacts }));
    const live = await get().addTask(running());
    const gone = await get().addTask(ended(2 * DAY_MS, { artifacts }));
    await get().store.withdrawFiles({ olderThanMs: 2 * DAY_MS, limit: 1 });
    const known = await get().store.taskFiles([kept, live, gone, 'task_none']);
    const byId = new Map(known.map((each) => [each.id, each]));
    expect(known).toHaveLength(3);
    expect(byId.get(kept)).toMatchObject({ isLive: false, isDeleted: false });
    expect([...(byId.get(kept)?.artifacts ?? [])].sort()).toEqual(['1/diff.patch', '2/agent.log']);
    expect(byId.get(live)).toEqual({ id: live, isLive: true, isDeleted: false, artifacts: [] });
    expect(byId.get(gone)).toEqual({ id: gone, isLive: false, isDeleted: true, artifacts: [] });
    expect(await get().store.taskFiles([])).toEqual([]);
  });
};

const rows = (get: () => RetentionUnderTest): void => {
  it('deletes idempotency keys after 24 hours', async () => {
    await get().addIdempotencyKey(23.9 * HOUR_MS);
    await get().addIdempotencyKey(24.1 * HOUR_MS);
    expect(await get().store.deleteIdempotencyKeys(10)).toBe(1);
    expect(await get().store.deleteIdempotencyKeys(10)).toBe(0);
  });

  it('deletes sessions whose lease ended long ago, and none that has an attempt open', async () => {
    const live = await get().addTask(running());
    await get().addSession(8 * DAY_MS);
    const kept = [
      await get().addSession(6 * DAY_MS),
      await get().addSession(8 * DAY_MS, live),
      await get().addSession(-10_000),
    ];
    expect(await get().store.deleteSessions({ olderThanMs: 7 * DAY_MS, limit: 10 })).toBe(1);
    expect(await get().sessions()).toEqual(kept.sort());
  });

  it('deletes entries of the audit log that are old, as many as it is told', async () => {
    for (const days of [399, 401, 402, 403]) await get().addAuditEntry(days * DAY_MS);
    const batch = { olderThanMs: 400 * DAY_MS, limit: 2 };
    const deleted = [];
    for (let i = 0; i < 3; i++) deleted.push(await get().store.deleteAuditEntries(batch));
    expect(deleted).toEqual([2, 1, 0]);
  });

  it('deletes and counts secrets that outlived their task', async () => {
    const stray = await get().addTask(ended(1, { hasSecret: true }));
    const needed = [
      await get().addTask(running({ hasSecret: true })),
      await get().addTask(ended(1, { hasSecret: true, delivery: 'pending' })),
    ];
    expect(await get().store.deleteStraySecrets(10)).toBe(1);
    expect((await get().look(stray)).hasSecret).toBe(false);
    for (const id of needed) expect((await get().look(id)).hasSecret).toBe(true);
  });
};

/** What every RetentionStore promises. `make` gives an empty truth. */
export const retentionStoreContract = (name: string, make: MakeRetention): void => {
  describe(`RetentionStore contract: ${name}`, () => {
    let made: RetentionUnderTest;
    const get = () => made;
    beforeEach(async () => {
      made = await make();
    });

    it('lets one process of the fleet work at a time', async () => {
      const inner = await made.store.exclusively(async (signal) => {
        expect(signal.aborted).toBe(false);
        return [await made.rival.exclusively(async () => 'rival')];
      });
      expect(inner).toEqual([null]);
      expect(await made.rival.exclusively(async () => 'later')).toBe('later');
    });

    it('is free again after work that failed', async () => {
      const failed = made.store.exclusively(() => Promise.reject(new Error('broken')));
      await expect(failed).rejects.toThrow('broken');
      expect(await made.rival.exclusively(async () => 'next')).toBe('next');
    });

    logEvents(get);
    files(get);
    rows(get);
  });
};
