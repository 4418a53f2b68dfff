import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { taskIdFrom } from '@drydock/domain';
import { aBatch, anEnd, aRunningTask, type MakeStores, type StoresUnderTest } from './stores-under-test.ts';

/** Promises of `EventLog`, for every adapter of it. */
export const eventLogContract = (name: string, make: MakeStores): void => {
  describe(`EventLog contract: ${name}`, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await make();
    });
    afterEach(() => stores.close());

    it('reads on after a seq, ascending, at most the limit', async () => {
      const { id, fence } = await aRunningTask(stores);
      await stores.attempts.appendEvents(fence, aBatch(1, ['a', 'b', 'c']));
      const { events, more } = await stores.events.read(id, 2, 2);
      expect(events).toEqual([
        {
          seq: 3,
          at: '2026-01-02T03:04:05.678Z',
          attempt: 1,
          type: 'notice',
          v: 1,
          code: 'test',
          message: 'a',
        },
        {
          seq: 4,
          at: '2026-01-02T03:04:05.678Z',
          attempt: 1,
          type: 'notice',
          v: 1,
          code: 'test',
          message: 'b',
        },
      ]);
      expect(more).toBe(true);
    });

    it('says that more may come until the task is final and the last event was read', async () => {
      const { id, fence } = await aRunningTask(stores);
      expect(await stores.events.read(id, 2, 10)).toEqual({ events: [], more: true });
      await stores.attempts.finish(fence, anEnd('no_changes'));
      expect((await stores.events.read(id, 0, 2)).more).toBe(true);
      const last = await stores.events.read(id, 2, 1);
      expect(last.events).toMatchObject([{ seq: 3, type: 'task.finished' }]);
      expect(last.more).toBe(false);
      expect(await stores.events.read(id, 3, 10)).toEqual({ events: [], more: false });
      expect(await stores.events.read(id, 1e15, 10)).toEqual({ events: [], more: false });
    });

    it('never says the end before the last event, while a reader follows', async () => {
      for (let i = 0; i < 10; i++) {
        const { id, fence } = await aRunningTask(stores);
        const seen: number[] = [];
        const follow = async (): Promise<void> => {
          const { events, more } = await stores.events.read(id, seen.at(-1) ?? 0, 2);
          seen.push(...events.map(({ seq }) => seq));
          if (more) await follow();
        };
        const write = async (): Promise<void> => {
          await stores.attempts.appendEvents(fence, aBatch(1, ['a', 'b', 'c']));
          await stores.attempts.finish(fence, anEnd('no_changes'));
        };
        await Promise.all([follow(), write()]);
        expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
      }
    });

    it('tells of many tasks at once how far they have come', async () => {
      const [live, over] = [await aRunningTask(stores), await aRunningTask(stores)];
      await stores.attempts.appendEvents(live.fence, aBatch(1, ['a', 'b']));
      await stores.attempts.finish(over.fence, anEnd('no_changes'));
      const unknown = taskIdFrom(0, new Uint8Array(16));
      expect(await stores.events.heads([live.id, unknown, over.id])).toEqual(
        new Map([
          [live.id, { lastSeq: 4, isFinal: false }],
          [over.id, { lastSeq: 3, isFinal: true }],
        ]),
      );
      expect(await stores.events.heads([])).toEqual(new Map());
    });

    it('has nothing of a task that does not exist', async () => {
      const id = taskIdFrom(0, new Uint8Array(16));
      expect(await stores.events.read(id, 0, 10)).toEqual({ events: [], more: false });
    });
  });
};
