import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type IssueState } from '@drydock/testing';
import type { TaskView } from '../system/client.ts';
import { openAskedShop } from './asked-shop.ts';
import { appliedTree, commitsOf } from './branches.ts';
import { DyingWorkers } from './dying-workers.ts';
import type { People } from './people.ts';
import { untilSettled, type Shop } from './shop.ts';
import { auditOf, descriptionOf, ownComments, settled, startedBy, untilSaid } from './triggers.ts';

/** From the label on an issue to the pull request, and from what people say there to one more commit on it. */
const PULLS = 'GET /repos/{owner}/{repo}/pulls';
const writes = (path: string) => [{ name: 'write_file', arguments: { path, content: `${path}\n` } }];
/** Written one after the other; whoever lists the files shows the earlier ones too. */
const NAMES = ['review', 'person', 'late', 'again', 'lost', 'killed', 'merged'];
/** The model writes the last of these that it is told of, and b.txt when it is told of none. */
const script = {
  turns: [
    ...NAMES.toReversed()
      .map((name) => `${name}.txt`)
      .map((path) => ({ when: { step: 1, contains: path }, toolCalls: writes(path) })),
    { when: { step: 1 }, toolCalls: writes('b.txt') },
    { when: {}, toolCalls: [{ name: 'finish', arguments: { summary: 'Done.' } }] },
  ],
};

let shop: Shop;
const dying = DyingWorkers.of(() => shop);
let people: People;
/** The pull request that all of them add to, one after the other: to each it is simply there. */
let one: Opened;

beforeAll(async () => {
  ({ shop, people } = await openAskedShop('app', { script }));
  one = await opened('Add a second file');
});

interface Opened {
  readonly first: TaskView;
  readonly branch: string;
  readonly pull: IssueState;
}

const tip = async (branch: string): Promise<string> => (await shop.repository.git.tip(branch)) ?? '';
const pullsOf = (branch: string) => shop.repository.pulls.filter(({ pull }) => pull.head === branch);

/** An issue that was labelled, up to its pull request. */
const opened = async (title: string): Promise<Opened> => {
  const sent = await people.labels('ada', people.opens('rita', title));
  const first = await untilSettled(shop, await startedBy(shop, sent));
  const branch = `drydock/${first.id}`;
  const [pull, ...others] = pullsOf(branch);
  if (pull === undefined) throw new Error(`no pull request: ${JSON.stringify(first)}`);
  expect(others).toEqual([]);
  return { first, branch, pull };
};

const head = (): Promise<string> => tip(one.branch);

const asks = async (text: string): Promise<TaskView> =>
  untilSettled(shop, await startedBy(shop, await people.says('ada', one.pull, text)));

/** One commit on top of `base`, with the very tree of the patch on it, by the same pull request. */
const expectAdded = async (task: TaskView, base: string): Promise<void> => {
  const { first, branch, pull } = one;
  expect(task).toMatchObject({
    ...{ outcome: 'changed', parentId: first.id, base: { commit: base } },
    deliveries: [{ state: 'succeeded', error: null }],
    pullRequest: { number: pull.number },
  });
  const tree = await appliedTree(shop.repository, base, await shop.system.client.diff(task.id));
  expect(tree).toBe(task.resultTree);
  expect(await commitsOf(shop.repository, base, branch)).toMatchObject([{ parents: [base], tree }]);
  expect(pullsOf(branch)).toEqual([pull]);
  expect(pullsOf(`drydock/${task.id}`)).toEqual([]);
};

/** The delivery failed, the branch is as somebody left it, and the patch can still be had. */
const expectRefused = async (task: TaskView, code: string, at: string): Promise<void> => {
  expect(task).toMatchObject({
    ...{ status: 'succeeded', outcome: 'changed' },
    deliveries: [{ state: 'failed', error: { code } }],
  });
  expect(await head()).toBe(at);
  expect((await shop.system.client.diff(task.id)).length).toBeGreaterThan(0);
  expect(pullsOf(`drydock/${task.id}`)).toEqual([]);
};

/** Has the delivery wait right before its push, while somebody does something. */
const beforeThePush = async (
  act: () => Promise<unknown>,
  start: () => Promise<TaskView>,
): Promise<TaskView> => {
  const gate = Promise.withResolvers<undefined>();
  shop.github.fail(PULLS, { kind: 'hold', until: gate.promise });
  const before = shop.github.requests.length;
  const ending = start();
  await eventually(() => shop.github.requests.slice(before).some(({ route }) => route === PULLS));
  await act();
  gate.resolve(undefined);
  return ending;
};

describe('a review that asks for changes', () => {
  it('becomes the second commit of the pull request, by the words and lines of the review', async () => {
    const base = await head();
    const sent = await people.reviews('ada', one.pull, {
      body: 'Nearly.',
      said: [{ path: 'b.txt', line: 1, hunk: '@@ -0,0 +1 @@\n+b.txt', body: 'Say three in review.txt.' }],
    });
    const id = await startedBy(shop, sent);
    await expectAdded(await untilSettled(shop, id), base);
    const added = await head();
    expect(await shop.repository.git.file(added, 'review.txt')).toBe('review.txt\n');
    const told = await descriptionOf(shop, id);
    for (const piece of [
      'Please: Add a second file',
      'Nearly.',
      'ada on b.txt, line 1:\n@@ -0,0 +1 @@\n+b.txt',
    ])
      expect(told).toContain(piece);
    const checks = shop.repository.checkRuns.filter(({ commit }) => commit === added);
    expect(checks).toMatchObject([{ conclusion: 'success' }]);
    await untilSaid(one.pull, `/pull/${String(one.pull.number)} has one more commit.`);
    expect(ownComments(one.pull)).toHaveLength(1);
    expect(await auditOf(shop, one.pull)).toEqual([
      { actor: 'github:ada', action: 'trigger.accepted', reason: 'started' },
    ]);
  });
});

describe('/drydock on a pull request of ours', () => {
  it('starts from what a person has pushed to it, and obeys no settings that came with that', async () => {
    const theirs = await shop.repository.git.push(one.branch, {
      'theirs.txt': 'theirs\n',
      '.drydock.yml': 'verify: ["false"]\n',
    });
    const task = await asks('/drydock write person.txt too');
    await expectAdded(task, theirs);
    expect(task.verify).toMatchObject([{ command: 'test -f b.txt', exitCode: 0 }]);
    expect(await shop.repository.git.file(await head(), 'theirs.txt')).toBe('theirs\n');
  });

  it('fails clearly when a person pushes at the same time, and works when it is asked again', async () => {
    let theirs = '';
    const push = async (): Promise<void> => {
      theirs = await shop.repository.git.push(one.branch, { 'theirs.txt': 'theirs as well\n' });
    };
    const late = await beforeThePush(push, () => asks('/drydock write late.txt'));
    await expectRefused(late, 'forge_branch_moved', theirs);
    await untilSaid(one.pull, 'The commit was not added:');
    await untilSaid(one.pull, 'Comment /drydock with the instruction again');
    await expectAdded(await asks('/drydock write again.txt'), theirs);
  });

  it('adds one commit when the answers to the push and to the look at it are lost', async () => {
    const base = await head();
    for (const route of ['git push', PULLS]) shop.github.fail(route, { kind: 'cut', when: 'after' });
    await expectAdded(await asks('/drydock write lost.txt'), base);
  });

  it('adds one commit when the worker is killed right after the push', async () => {
    const { system } = shop;
    const base = await head();
    await Promise.all(system.workers.map((worker) => worker.stop()));
    const sent = await people.says('ada', one.pull, '/drydock write killed.txt');
    await dying.dieAt(['delivery.pushed']);
    expect(await head()).not.toBe(base);
    await system.startWorker();
    await expectAdded(await untilSettled(shop, await startedBy(shop, sent)), base);
  });

  it('is added to by a retry as well, from where the branch is by then', async () => {
    // What the test before asked for is there by now
    const theirs = await shop.repository.git.push(one.branch, { 'theirs.txt': 'theirs again\n' });
    const again = await asks('/drydock retry');
    expect(again).toMatchObject({ parentId: one.first.id, outcome: 'no_changes', base: { commit: theirs } });
    expect(await head()).toBe(theirs);
  });

  // The last one: the pull request is over then
  it('pushes nothing when the pull request is merged meanwhile', async () => {
    const base = await head();
    const merge = async (): Promise<void> => {
      Object.assign(one.pull, { state: 'closed', closedAt: new Date().toISOString() });
      Object.assign(one.pull.pull ?? {}, { mergedAt: new Date().toISOString(), headCommit: base });
      await Promise.resolve();
    };
    const late = await beforeThePush(merge, () => asks('/drydock write merged.txt'));
    await expectRefused(late, 'forge_pull_request_closed', base);
    const said = await people.says('ada', one.pull, '/drydock write more');
    expect(await settled(shop, said)).toMatchObject({ state: 'refused', reason: 'pull_request_not_open' });
  });
});
