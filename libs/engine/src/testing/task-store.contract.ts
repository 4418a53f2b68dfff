import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RepositoryId, TaskId, TeamId } from '@drydock/domain';
import type { NewTask, TaskRecord } from '../ports/task-record.ts';
import {
  allEvents,
  aNewTask,
  anIdempotencyKey,
  aRunningTask,
  claimed,
  openSession,
  submitted,
  type MakeStores,
  type StoresUnderTest,
} from './stores-under-test.ts';

const settledCodes = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
  results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
  );

const keptAs = (results: readonly PromiseSettledResult<{ task: TaskRecord }>[]): TaskRecord['id'][] =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.task.id] : []));

const submitContract = (stores: () => StoresUnderTest): void => {
  it('gives back what get gives, defaults and all', async () => {
    const teamId = await stores().addTeam();
    const rest: Partial<NewTask> = {
      zip: { bytes: 12, sha256: 'ab' },
      base: { ref: 'main', commit: 'c0', tree: 't0' },
      notBefore: new Date('2030-01-01T00:00:00.000Z'),
      retryOf: 'task_00000000000000000000000001' as TaskId,
      parentId: 'task_00000000000000000000000002' as TaskId,
      origin: {
        ...{ repositoryId: 'repo_1' as RepositoryId, number: 7, isPullRequest: true },
        ...{ sender: 'octocat', trigger: 'comment', commentId: null },
      },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const { task, replayed } = await stores().tasks.submit(
      aNewTask(teamId, { labels: { project: 'shop' }, priority: 9, limits: { maxCostUsd: 1.5 } }, rest),
      null,
    );
    expect(replayed).toBe(false);
    expect(await stores().tasks.get(teamId, task.id)).toEqual(task);
    expect(task).toMatchObject({ status: 'queued', attempts: [], ...rest });
    const [event, ...others] = await allEvents(stores(), task.id);
    expect(event).toMatchObject({ seq: 1, type: 'task.queued', attempt: null, v: 1 });
    expect(others).toEqual([]);
  });

  it('never keeps the token in the request', async () => {
    const teamId = await stores().addTeam();
    const source = { git: { url: 'https://github.com/acme/shop.git', token: 'ghp_canary' } };
    const task = await submitted(stores(), teamId, { source }, { sourceToken: 'ghp_canary' });
    expect(JSON.stringify(task)).not.toContain('ghp_canary');
    expect(JSON.stringify(await stores().tasks.get(teamId, task.id))).not.toContain('ghp_canary');
  });

  it('keeps what a client may send though a database may not like it', async () => {
    const teamId = await stores().addTeam();
    const task = await submitted(stores(), teamId, {
      labels: { odd: 'a\0b' },
      description: 'lone \ud800 half',
    });
    expect((await stores().tasks.get(teamId, task.id))?.request).toMatchObject({
      labels: { odd: 'a\uFFFDb' },
      description: 'lone \uFFFD half',
    });
  });

  it('fills a queue to maxQueued and never past it', async () => {
    const teamId = await stores().addTeam({ maxQueued: 5 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => submitted(stores(), teamId)));
    expect(settledCodes(results)).toEqual(Array.from({ length: 15 }, () => 'queue_full'));
    await stores().attempts.claimNext(await openSession(stores()));
    await expect(submitted(stores(), teamId)).resolves.toMatchObject({ status: 'queued' });
  });
};

const idempotencyContract = (stores: () => StoresUnderTest): void => {
  it.each([{ maxQueued: 100 }, {}])('makes one task of 50 submits with one key (team %j)', async (limits) => {
    const teamId = await stores().addTeam(limits);
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => stores().tasks.submit(aNewTask(teamId), anIdempotencyKey('k'))),
    );
    expect(new Set(keptAs(results)).size).toBe(1);
    expect(settledCodes(results).filter((code) => code !== 'idempotency_in_flight')).toEqual([]);
    expect((await stores().tasks.list(teamId, { labels: [], limit: 100 })).items).toHaveLength(1);
    const again = await stores().tasks.submit(aNewTask(teamId), anIdempotencyKey('k'));
    expect(again).toMatchObject({ replayed: true, task: { id: keptAs(results)[0] } });
  });

  it('replays although the queue is full by now', async () => {
    const teamId = await stores().addTeam({ maxQueued: 1 });
    const first = await stores().tasks.submit(aNewTask(teamId), anIdempotencyKey('k'));
    const again = await stores().tasks.submit(aNewTask(teamId), anIdempotencyKey('k'));
    expect(again).toEqual({ task: first.task, replayed: true });
  });

  it('refuses a key with another body, and keeps teams and routes apart', async () => {
    const [mine, other] = [await stores().addTeam(), await stores().addTeam()];
    await stores().tasks.submit(aNewTask(mine), anIdempotencyKey('k', 'one'));
    await expect(stores().tasks.submit(aNewTask(mine), anIdempotencyKey('k', 'two'))).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    const elsewhere = [
      await stores().tasks.submit(aNewTask(other), anIdempotencyKey('k', 'two')),
      await stores().tasks.submit(aNewTask(mine), { ...anIdempotencyKey('k', 'two'), route: 'retry' }),
    ];
    expect(elsewhere.map(({ replayed }) => replayed)).toEqual([false, false]);
  });
};

const pageThrough = async (stores: StoresUnderTest, teamId: TeamId, limit: number) => {
  const ids: TaskId[] = [];
  let cursor: string | undefined;
  do {
    const page = await stores.tasks.list(teamId, { labels: [], limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map((task) => task.id));
    cursor = page.next ?? undefined;
    await submitted(stores, teamId);
  } while (cursor !== undefined);
  return ids;
};

const listContract = (stores: () => StoresUnderTest): void => {
  it('pages newest first; what is submitted meanwhile moves nothing', async () => {
    const teamId = await stores().addTeam();
    const ids: TaskId[] = [];
    for (let i = 0; i < 7; i++) ids.unshift((await submitted(stores(), teamId)).id);
    expect(await pageThrough(stores(), teamId, 3)).toEqual(ids);
  });

  it('filters by status and by all labels', async () => {
    const teamId = await stores().addTeam();
    const both = await submitted(stores(), teamId, { labels: { a: '1', b: '2' } });
    const one = await submitted(stores(), teamId, { labels: { a: '1' } });
    await stores().tasks.cancel(teamId, one.id);
    const idsOf = async (filter: Partial<Parameters<StoresUnderTest['tasks']['list']>[1]>) =>
      (await stores().tasks.list(teamId, { labels: [], limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await idsOf({ labels: [['a', '1']] })).toEqual([one.id, both.id]);
    expect(
      await idsOf({
        labels: [
          ['a', '1'],
          ['b', '2'],
        ],
      }),
    ).toEqual([both.id]);
    expect(
      await idsOf({
        labels: [
          ['a', '1'],
          ['a', '2'],
        ],
      }),
    ).toEqual([]);
    expect(await idsOf({ status: 'cancelled' })).toEqual([one.id]);
    expect(await idsOf({ outcome: 'cancelled' })).toEqual([one.id]);
    expect(await idsOf({ outcome: 'changed' })).toEqual([]);
  });

  it('finds tasks by a part of the repository, the description or the id, in whatever case', async () => {
    const teamId = await stores().addTeam();
    const shop = { git: { url: 'https://github.com/acme/shop.git' } };
    const one = await submitted(stores(), teamId, { source: shop, description: '100% of Carts' });
    const two = await submitted(stores(), teamId, { source: undefined, description: 'Round totals' });
    const idsOf = async (filter: Partial<Parameters<StoresUnderTest['tasks']['list']>[1]>) =>
      (await stores().tasks.list(teamId, { labels: [], limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await idsOf({ repository: 'ACME/Shop' })).toEqual([one.id]);
    expect(await idsOf({ search: '0% OF c' })).toEqual([one.id]);
    expect(await idsOf({ search: '_' })).toEqual([two.id, one.id]);
    expect(await idsOf({ search: '%' })).toEqual([one.id]);
    expect(await idsOf({ search: two.id.slice(-8).toUpperCase() })).toEqual([two.id]);
    expect(await idsOf({ search: 'totals', repository: 'shop' })).toEqual([]);
  });

  it('refuses a cursor that is none of its own', async () => {
    const teamId = await stores().addTeam();
    for (const cursor of ['', 'x', 'null', Buffer.from('1.task_1').toString('base64url')])
      await expect(stores().tasks.list(teamId, { labels: [], limit: 10, cursor })).rejects.toMatchObject({
        code: 'invalid_request',
        issues: [{ pointer: '/cursor' }],
      });
  });

  it('shows nothing of another team', async () => {
    const [mine, other] = [await stores().addTeam(), await stores().addTeam()];
    const { id } = await submitted(stores(), mine);
    expect(await stores().tasks.get(other, id)).toBeNull();
    expect(await stores().tasks.cancel(other, id)).toBeNull();
    expect(await stores().tasks.artifacts(other, id)).toEqual([]);
    expect((await stores().tasks.list(other, { labels: [], limit: 10 })).items).toEqual([]);
    expect((await stores().tasks.get(mine, id))?.status).toBe('queued');
  });
};

const cancelContract = (stores: () => StoresUnderTest): void => {
  it('ends a queued task at once, and stays with it', async () => {
    const teamId = await stores().addTeam();
    const { id } = await submitted(stores(), teamId);
    const cancels = await Promise.all([1, 2, 3].map(() => stores().tasks.cancel(teamId, id)));
    expect(cancels.map((cancel) => cancel?.ended).sort()).toEqual([false, false, true]);
    const task = await stores().tasks.get(teamId, id);
    expect(task).toMatchObject({ status: 'cancelled', outcome: 'cancelled', error: null });
    expect(task?.finishedAt).toBeInstanceOf(Date);
    expect(await stores().tasks.cancel(teamId, id)).toEqual({ task, ended: false });
    const types = (await allEvents(stores(), id)).map(({ type }) => type);
    expect(types).toEqual(['task.queued', 'task.cancel_requested', 'task.finished']);
    expect(await stores().attempts.claimNext(await openSession(stores()))).toBeNull();
  });

  it('asks the worker of a running task, once', async () => {
    const { teamId, id } = await aRunningTask(stores());
    for (let i = 0; i < 3; i++)
      expect(await stores().tasks.cancel(teamId, id)).toMatchObject({
        task: { status: 'running', cancelRequested: true },
        ended: false,
      });
    const requested = (await allEvents(stores(), id)).filter(({ type }) => type === 'task.cancel_requested');
    expect(requested).toMatchObject([{ seq: 3, attempt: 1 }]);
  });

  it('has exactly one winner against a claim', async () => {
    const teamId = await stores().addTeam();
    const session = await openSession(stores());
    for (let i = 0; i < 40; i++) {
      const { id } = await submitted(stores(), teamId);
      const [claim, cancel] = await Promise.all([
        stores().attempts.claimNext(session),
        stores().tasks.cancel(teamId, id),
      ]);
      expect(cancel?.task.status).toBe(claim === null ? 'cancelled' : 'running');
      expect(cancel?.ended).toBe(claim === null);
      const seqs = (await allEvents(stores(), id)).map(({ seq }) => seq);
      expect(seqs).toEqual([1, 2, 3]);
    }
  });

  it('gives a claimed task no second chance to be claimed', async () => {
    const teamId = await stores().addTeam();
    await submitted(stores(), teamId);
    const session = await openSession(stores());
    await claimed(stores(), session);
    expect(await stores().attempts.claimNext(session)).toBeNull();
  });
};

/** Promises of `TaskStore`, for every adapter of it. */
export const taskStoreContract = (name: string, make: MakeStores): void => {
  describe(`TaskStore contract: ${name}`, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await make();
    });
    afterEach(() => stores.close());
    describe('submit', () => {
      submitContract(() => stores);
    });
    describe('idempotency', () => {
      idempotencyContract(() => stores);
    });
    describe('list and get', () => {
      listContract(() => stores);
    });
    describe('cancel', () => {
      cancelContract(() => stores);
    });
  });
};
