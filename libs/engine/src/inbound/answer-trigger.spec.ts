import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FrozenTrigger } from '@drydock/contracts';
import { AppError, deliveryBranch, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import { answersInMemory } from '../testing/answers-in-memory.ts';
import type { FakeConversations } from '../testing/fake-conversations.ts';
import type { FakeForge } from '../testing/fake-forge.ts';
import type { FakeInboundStore } from '../testing/fake-inbound-store.ts';
import type { FakeRepositoryStore } from '../testing/fake-repository-store.ts';
import type { FakeTaskStore } from '../testing/fake-task-store.ts';
import { anInbound, aTrigger } from '../testing/inbound-store.contract.ts';
import { aRepository } from '../testing/repository-store.contract.ts';
import { aNewTask } from '../testing/stores-under-test.ts';
import type { AnswerTrigger } from './answer-trigger.ts';

const TEAM = 'team' as TeamId;
const SESSION = 'w' as SessionId;
const ON = { label: true, comment: true, assignment: true, mention: true };
const quiet = () => undefined;

let tasks: FakeTaskStore;
let inbound: FakeInboundStore;
let repositories: FakeRepositoryStore;
let forge: FakeForge;
let people: FakeConversations;
let answers: AnswerTrigger;
let sent: number;
beforeEach(() => {
  sent = 0;
  ({ tasks, inbound, repositories, forge, people, answers } = answersInMemory());
});

const setUp = (forgeSettings: object = {}, teamId = TEAM) =>
  repositories.create(aRepository(teamId, { triggers: ON, ...forgeSettings }));

/** What comes of a trigger, as a worker would settle it. */
const send = async (trigger: Partial<FrozenTrigger> = {}) => {
  await inbound.receive(anInbound(String(++sent), { trigger: aTrigger(trigger) }));
  const claimed = (await inbound.claimNext(SESSION, []))!;
  const decided = { started: null, ...(await answers.run(claimed, new AbortController().signal)) };
  await inbound.settle(claimed.fence, decided);
  return decided;
};

const comment = (text: string, rest: Partial<FrozenTrigger> = {}): Partial<FrozenTrigger> => ({
  kind: 'comment',
  said: { id: ++sent, text, at: null },
  ...rest,
});

const aPull = (headBranch: string, rest: object = {}) =>
  people.pulls.set(8, {
    ...{ number: 8, state: 'open', title: 'Fix', headBranch, headCommit: 'c'.repeat(40) },
    ...{ headRepository: 'acme/shop', baseBranch: 'main' },
    ...rest,
  });
const onPull = { number: 8, isPullRequest: true };

const aDrydockTask = async (teamId = TEAM): Promise<TaskId> => {
  const { task } = await tasks.submit(aNewTask(teamId, { description: 'The first wish' }), null);
  tasks.change(task.id, { status: 'succeeded', outcome: 'changed' });
  return task.id;
};

describe('a trigger on an issue', () => {
  it('becomes a task of the team of the repository, with its conversation', async () => {
    const { id } = await setUp({ labels: ['bot'], limits: { maxCostUsd: 1 } });
    const decided = await send({ sender: 'octocat' });
    const [task] = tasks.submitted;
    expect(decided).toEqual({
      state: 'accepted',
      reason: 'started',
      teamId: TEAM,
      started: {
        taskId: task?.id,
        origin: {
          repositoryId: id,
          number: 7,
          isPullRequest: false,
          sender: 'octocat',
          trigger: 'label',
          commentId: null,
        },
      },
    });
    expect(task).toMatchObject({
      teamId: TEAM,
      createdBy: 'github:octocat',
      request: {
        source: { git: { url: 'https://github.com/acme/shop.git' } },
        deliver: { pullRequest: { closes: 7, labels: ['bot'] } },
        limits: { maxCostUsd: 1 },
      },
    });
  });

  it('is one task, however often it is answered', async () => {
    await setUp();
    await inbound.receive(anInbound('a', { trigger: aTrigger(comment('/drydock fix it')) }));
    const claimed = (await inbound.claimNext(SESSION, []))!;
    const twice = [];
    for (let i = 0; i < 2; i++) twice.push(await answers.run(claimed, new AbortController().signal));
    expect(twice[0]).toEqual(twice[1]);
    expect(tasks.submitted).toHaveLength(1);
    expect(tasks.submitted[0]?.request.description).toContain('fix it');
  });

  describe('in a repository that was renamed', () => {
    const store = { id: 2, owner: 'globex', name: 'store', cloneUrl: 'https://github.com/globex/store.git' };
    beforeEach(async () => {
      const { id } = await setUp({ owner: 'acme', name: 'before' });
      await repositories.noteForgeId(id, store.id);
    });

    it('starts a task by the settings that it had, once GitHub says that it is the same', async () => {
      forge.repository('globex', 'store');
      expect(await send({ repository: store })).toMatchObject({ state: 'accepted', reason: 'started' });
      expect(tasks.submitted[0]?.request.source?.git?.url).toBe(store.cloneUrl);
      expect(await repositories.find({ owner: 'Globex', name: 'Store' })).toMatchObject({ forgeId: 2 });
    });

    it.each<[string, () => void]>([
      ['is another one', () => [forge.repository('globex', 'x'), forge.repository('globex', 'store')]],
      ['is none that we see', quiet],
    ])('starts nothing when it %s', async (_what, prepare) => {
      prepare();
      expect(await send({ repository: store })).toMatchObject({
        state: 'refused',
        reason: 'repository_unknown',
      });
      expect(await repositories.find({ owner: 'acme', name: 'before' })).toMatchObject({ forgeId: 2 });
    });
  });

  it('keeps the number of the repository, and starts nothing in another one that has its name by now', async () => {
    const { id } = await setUp();
    await send();
    expect(await repositories.findByForgeId(1)).toMatchObject({ id });
    expect(await send()).toMatchObject({ state: 'accepted' });
    await repositories.remove(TEAM, id);
    const again = await setUp();
    await repositories.noteForgeId(again.id, 4711);
    expect(await send()).toMatchObject({ state: 'refused', reason: 'repository_mismatch' });
  });

  it.each<[string, () => void, Partial<FrozenTrigger>, string]>([
    [
      'a sender who may only read',
      () => people.permissions.set('octocat', 'read'),
      {},
      'sender_lacks_permission',
    ],
    [
      'a sender who may only triage',
      () => people.permissions.set('octocat', 'triage'),
      {},
      'sender_lacks_permission',
    ],
    ['a stranger', quiet, { sender: 'stranger' }, 'sender_lacks_permission'],
    ['ourselves', quiet, { sender: 'drydock-acme' }, 'sender_is_self'],
    [
      'a clone URL of somewhere else',
      quiet,
      { repository: { ...aTrigger().repository, cloneUrl: 'https://github.com/acme/other.git' } },
      'repository_mismatch',
    ],
    [
      'an archived repository',
      () => (forge.repository('acme', 'shop').isArchived = true),
      {},
      'repository_archived',
    ],
    ['nothing to cancel', quiet, comment('/drydock cancel'), 'nothing_to_cancel'],
    ['nothing to retry', quiet, comment('/drydock retry'), 'nothing_to_retry'],
  ])('is refused: %s', async (_what, prepare, trigger, reason) => {
    await setUp();
    prepare();
    expect(await send(trigger)).toMatchObject({ state: 'refused', reason, started: null });
    expect(tasks.submitted).toEqual([]);
  });

  it('is refused without asking the code host where nothing is switched on', async () => {
    expect(await send()).toMatchObject({ reason: 'repository_unknown', teamId: null });
    await setUp({ triggers: { ...ON, label: false } });
    expect(await send()).toMatchObject({ reason: 'trigger_off', teamId: TEAM });
    expect([people.calls, forge.calls, forge.asked]).toEqual([[], [], []]);
  });

  it('is refused when the base of the settings does not exist', async () => {
    await setUp({ base: 'gone' });
    expect(await send()).toMatchObject({ state: 'refused', reason: 'base_not_found' });
  });

  it('fails for want of a credential, and waits when the code host is away', async () => {
    await setUp();
    forge.operatorToken = null;
    await expect(send()).rejects.toMatchObject({ code: 'forge_not_configured' });
    forge.operatorToken = 't';
    people.failure = new AppError('forge_unreachable', 'Away.');
    inbound.endLease(SESSION);
    await expect(send()).rejects.toMatchObject({ code: 'forge_unreachable' });
    expect(tasks.submitted).toEqual([]);
  });
});

describe('a command', () => {
  it('cancels what is live in this conversation, and nothing else', async () => {
    await setUp();
    const mine = (await send()).started?.taskId;
    const other = (await send({ number: 9 })).started?.taskId;
    expect(await send(comment('/drydock cancel'))).toMatchObject({ state: 'accepted', reason: 'cancelled' });
    const statuses = await Promise.all([mine, other].map(async (id) => (await tasks.get(TEAM, id!))?.status));
    expect(statuses).toEqual(['cancelled', 'queued']);
  });

  it('retries the last task that has ended', async () => {
    await setUp();
    const first = (await send()).started?.taskId;
    tasks.change(first!, { status: 'failed', outcome: 'timeout' });
    const retried = await send(comment('/drydock retry'));
    expect(retried).toMatchObject({ state: 'accepted', reason: 'started' });
    expect(tasks.submitted.at(-1)).toMatchObject({ id: retried.started?.taskId, retryOf: first });
  });

  it('helps, once for each time it is asked', async () => {
    await setUp();
    await inbound.receive(anInbound('h', { trigger: aTrigger(comment('/drydock help')) }));
    const claimed = (await inbound.claimNext(SESSION, []))!;
    for (let i = 0; i < 2; i++) await answers.run(claimed, new AbortController().signal);
    expect(people.said).toMatchObject([{ number: 7, body: expect.stringContaining('/drydock cancel') }]);
    expect(people.said[0]?.body).not.toMatch(/^\s*\/drydock/);
    expect(tasks.submitted).toEqual([]);
  });
});

describe('the sender', () => {
  it('sees at once that the trigger was seen, and when nothing comes of it', async () => {
    await setUp();
    await send();
    expect([...people.reactions.keys()]).toEqual(['issue 7 eyes']);
    people.reactions.clear();
    await send({ ...comment('/drydock retry'), number: 99 });
    const kinds = [...people.reactions.keys()].map((key) => key.replace(/ \d+ /, ' '));
    expect(kinds).toEqual(['comment eyes', 'comment confused']);
  });

  it('is told once what to change when nothing can be started', async () => {
    await setUp();
    tasks.submit = async () => {
      throw new AppError('model_unavailable', 'No model. Ask @octocat.');
    };
    await inbound.receive(anInbound('f', { trigger: aTrigger(comment('/drydock fix it')) }));
    const claimed = (await inbound.claimNext(SESSION, []))!;
    for (let i = 0; i < 2; i++)
      expect(await answers.run(claimed, new AbortController().signal)).toMatchObject({ state: 'failed' });
    const body = expect.stringMatching(/Nothing was started.*\n\n> No model. Ask @\u200Boctocat\.\n/s);
    expect(people.said).toMatchObject([{ number: 7, body }]);
    expect([...people.reactions.keys()].at(-1)).toMatch(/^comment \d+ confused$/);
    expect(tasks.submitted).toEqual([]);
  });

  it('sees nothing without permission, and nothing where nobody spoke to us', async () => {
    await setUp();
    await send({ sender: 'eve' });
    aPull('fix-totals');
    expect(await send({ ...onPull, kind: 'review', said: { id: 1, text: 'no', at: null } })).toMatchObject({
      state: 'ignored',
    });
    expect(people.reactions.size).toBe(0);
  });
});

describe('a trigger on a pull request', () => {
  it("starts from the branch of somebody's pull request, and is merged into it", async () => {
    await setUp();
    aPull('fix-totals');
    expect(await send(comment('/drydock add a test', onPull))).toMatchObject({ reason: 'started' });
    expect(tasks.submitted[0]?.request).toMatchObject({
      source: { git: { ref: 'fix-totals' } },
      deliver: { pullRequest: { base: 'fix-totals' } },
    });
  });

  it('tells the agent of the first task, the review and its remarks on a pull request of ours', async () => {
    await setUp();
    aPull(deliveryBranch(await aDrydockTask()));
    const remark = {
      id: 1,
      author: 'mona',
      path: 'src/a.ts',
      line: 3,
      hunk: '@@',
      text: 'Why?',
      changedAt: new Date(),
    };
    people.reviews.set(31, [remark]).set(32, [{ ...remark, text: 'of another review' }]);
    const review = { kind: 'review', said: { id: 31, text: 'Please rename.', at: null }, ...onPull } as const;
    expect(await send(review)).toMatchObject({ reason: 'started' });
    const description = tasks.submitted.at(-1)?.request.description ?? '';
    for (const piece of ['The first wish', 'Please rename.', 'mona on src/a.ts, line 3', 'Why?'])
      expect(description).toContain(piece);
    expect(description).not.toContain('of another review');
  });

  it('adds to the pull request of the first task, whoever adds to it, and so does a retry', async () => {
    await setUp();
    const first = await aDrydockTask();
    aPull(deliveryBranch(first));
    const one = await send(comment('/drydock rename it', onPull));
    expect(tasks.submitted.at(-1)).toMatchObject({
      ...{ parentId: first, origin: one.started?.origin, base: null },
      request: { source: { git: { ref: deliveryBranch(first) } } },
      pullRequest: { base: null, labels: [], closes: null, title: 'rename it' },
    });
    const base = { ref: deliveryBranch(first), commit: 'c'.repeat(40), tree: 'd'.repeat(40) };
    tasks.change(one.started!.taskId, { status: 'succeeded', outcome: 'changed', base });
    await send(comment('/drydock and this', onPull));
    expect(tasks.submitted.at(-1)).toMatchObject({ parentId: first });
    tasks.change(tasks.submitted.at(-1)!.id, { status: 'failed', outcome: 'timeout', base });
    await send(comment('/drydock retry', onPull));
    expect(tasks.submitted.at(-1)).toMatchObject({
      ...{ parentId: first, retryOf: tasks.submitted.at(-2)?.id, base: null },
      origin: tasks.submitted.at(-2)?.origin,
    });
  });

  it('adds nothing to a pull request that is not ours: its task gets a branch of its own', async () => {
    await setUp();
    aPull('fix-totals');
    await send(comment('/drydock add a test', onPull));
    expect(tasks.submitted[0]).toMatchObject({ parentId: null, origin: { number: 8, isPullRequest: true } });
  });

  it.each<[string, object, string]>([
    ['of a fork', { headRepository: 'stranger/shop' }, 'pull_request_of_fork'],
    ['of a branch that looks like an option', { headBranch: '--upload-pack=x' }, 'branch_name_unsafe'],
    ['that was merged', { state: 'merged' }, 'pull_request_not_open'],
  ])('is refused when it is one %s', async (_what, rest, reason) => {
    await setUp();
    aPull('fix', rest);
    expect(await send(comment('/drydock x', onPull))).toMatchObject({ state: 'refused', reason });
  });

  it('has what is under way cancelled although it was merged meanwhile, and starts nothing more', async () => {
    await setUp();
    aPull('fix');
    const live = (await send(comment('/drydock x', onPull))).started?.taskId;
    aPull('fix', { state: 'merged' });
    expect(await send(comment('/drydock retry', onPull))).toMatchObject({ reason: 'pull_request_not_open' });
    expect(await send(comment('/drydock cancel', onPull))).toMatchObject({ reason: 'cancelled' });
    expect((await tasks.get(TEAM, live!))?.status).toBe('cancelled');
  });

  it('is refused when nobody said what to do', async () => {
    await setUp();
    aPull('fix');
    expect(await send(comment('/drydock', onPull))).toMatchObject({ reason: 'instruction_missing' });
  });

  it("never reaches a task of another team by its branch's name", async () => {
    await setUp();
    const foreign = await aDrydockTask('other' as TeamId);
    tasks.change(foreign, { status: 'running', outcome: null });
    aPull(deliveryBranch(foreign));
    expect(await send(comment('/drydock cancel', onPull))).toMatchObject({ reason: 'nothing_to_cancel' });
    const review = { kind: 'review', said: { id: 31, text: 'x', at: null }, ...onPull } as const;
    expect(await send(review)).toMatchObject({ state: 'ignored', reason: 'not_our_pull_request' });
    expect((await tasks.get('other' as TeamId, foreign))?.cancelRequested).toBe(false);
  });
});
