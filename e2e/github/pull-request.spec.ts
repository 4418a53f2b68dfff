import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskView } from '../system/client.ts';
import { appliedTree, commitsOf, drydockBranches } from './branches.ts';
import {
  openShop,
  order,
  retry,
  shopTask,
  untilKnown,
  untilSettled,
  type Shop,
  type Wanted,
} from './shop.ts';

/** What a patch may hold: other line ends, bytes that are no text, a mode, a link, a file less, a name with a space. */
const SCRIPT = [
  String.raw`printf 'one\r\n2\r\nthree' > a.txt`,
  String.raw`printf '\000\377\001' > 'bytes of it.bin'`,
  'chmod +x run.sh',
  'ln -s a.txt link',
  'rm gone.txt',
].join('\n');
const MOST_CALLS = 8;

let shop: Shop;
/** Tasks that nobody has asked to deliver: they run side by side, and without a call to GitHub. */
const undelivered: string[] = [];

beforeAll(async () => {
  const env = { DRYDOCK_PUBLIC_URL: 'https://drydock.example' };
  shop = await openShop('app', { concurrency: 4, env });
  shop.repository.collaborators.set('ada', 'write');
  await untilKnown(shop);
  const task = shopTask(shop, SCRIPT);
  for (let i = 0; i < 3; i++) undelivered.push((await shop.system.client.submit(task)).id);
});

afterAll(() => shop.close());

const run = async (wanted: Wanted): Promise<TaskView> => {
  const { id } = await shop.system.client.submit(shopTask(shop, SCRIPT, wanted));
  return untilSettled(shop, id);
};

const finished = (): Promise<TaskView> => shop.system.client.wait(undelivered.pop() ?? '');

/** @param from - how many calls had been made before. */
const expectFewCalls = (from: number): void => {
  const calls = shop.github.apiCalls.slice(from);
  expect({ isFew: calls.length <= MOST_CALLS, calls }).toEqual({ isFew: true, calls });
};

const pullsOf = ({ id }: TaskView) =>
  shop.repository.pulls.filter(({ pull }) => pull.head === `drydock/${id}`);

/** One branch, one commit on the pinned base with the tree of the patch, one pull request, and a task that says so. */
const expectOnePullRequest = async (task: TaskView): Promise<void> => {
  const branch = `drydock/${task.id}`;
  const base = task.base?.commit ?? '';
  expect((await drydockBranches(shop.repository)).filter((name) => name === branch)).toHaveLength(1);
  const commits = await commitsOf(shop.repository, base, branch);
  const tree = await appliedTree(shop.repository, base, await shop.system.client.diff(task.id));
  expect(commits).toMatchObject([{ parents: [base], tree }]);
  expect(task.resultTree).toBe(tree);
  const pulls = pullsOf(task);
  expect(pulls).toMatchObject([{ state: 'open', pull: { base: 'main', headCommit: commits[0]?.sha } }]);
  const number = pulls[0]?.number ?? 0;
  const url = `${shop.github.url}/acme/shop/pull/${String(number)}`;
  expect(task).toMatchObject({
    status: 'succeeded',
    outcome: 'changed',
    pullRequest: { url, number },
    deliveries: [{ kind: 'pull_request', state: 'succeeded', error: null, url }],
  });
};

const deliveryStates = async ({ id }: TaskView): Promise<unknown[]> =>
  (await shop.system.client.events(id))
    .filter(({ type }) => type === 'delivery.changed')
    .map(({ state }) => state);

describe("a task on a private repository with the task's own token", () => {
  it('ends in one pull request as it was asked for, with the very bytes of the patch', async () => {
    const before = shop.github.apiCalls.length;
    const task = await run({
      verify: ['test -L link', 'test ! -e gone.txt'],
      pullRequest: { draft: true, labels: ['drydock', 'totals'], reviewers: ['ada'], closes: 7 },
    });
    await expectOnePullRequest(task);
    const [one] = pullsOf(task);
    expect(one).toMatchObject({
      author: 'grace',
      title: 'Round the totals to the cent',
      labels: new Set(['drydock', 'totals']),
      pull: { draft: true, maintainerCanModify: true, reviewers: new Set(['ada']) },
    });
    for (const said of ['✅ `test -L link`: exit code 0', '✅ `test ! -e gone.txt`', 'Closes #7'])
      expect(one?.body).toContain(said);
    expect(one?.body).toContain(`https://drydock.example/tasks/${task.id}`);
    expect(shop.repository.statuses).toMatchObject([{ commit: one?.pull.headCommit, state: 'success' }]);
    expect(await deliveryStates(task)).toEqual(['succeeded']);
    expectFewCalls(before);
  });

  it('says how far behind it is when the base has moved on', async () => {
    const done = await finished();
    await shop.repository.git.push('main', { 'later.txt': 'later\n' });
    const before = shop.github.apiCalls.length;
    await order(shop, done.id, { labels: ['drydock'], reviewers: ['ada'] });
    const task = await untilSettled(shop, done.id);
    await expectOnePullRequest(task);
    expect(pullsOf(task)[0]?.body).toContain('1 commit behind');
    expectFewCalls(before);
  });
});

describe('a task on a private repository that the App of the installation is on', () => {
  it('ends in the pull request of the App, with a check run', async () => {
    const before = shop.github.apiCalls.length;
    const task = await run({ token: null, verify: ['test -L link'], pullRequest: {} });
    expectFewCalls(before);
    await expectOnePullRequest(task);
    const [one] = pullsOf(task);
    expect(one?.author).toBe('drydock[bot]');
    const [commit] = await commitsOf(shop.repository, task.base?.commit ?? '', `drydock/${task.id}`);
    expect(commit?.author).toMatchObject({
      name: 'drydock[bot]',
      email: expect.stringMatching(/^\d+\+drydock\[bot\]@users\.noreply\./),
    });
    expect(shop.repository.checkRuns).toMatchObject([
      { commit: one?.pull.headCommit, status: 'completed', conclusion: 'success' },
    ]);
    const minted = shop.github.state.minted.map(({ repositories }) => repositories);
    expect(new Set(minted.flat())).toEqual(new Set(['acme/shop']));
  });
});

describe('a finished task', () => {
  it('is asked for a pull request later, and gives the same one to whoever asks again', async () => {
    const done = await finished();
    expect(done).toMatchObject({ outcome: 'changed', deliveries: [], pullRequest: null });
    const first = await order(shop, done.id, { title: 'Totals' });
    expect(first).toMatchObject({ kind: 'pull_request', state: 'pending' });
    const again = await order(shop, done.id, { title: 'Other totals' });
    expect(again.id).toBe(first.id);
    const task = await untilSettled(shop, done.id);
    await expectOnePullRequest(task);
    expect(await order(shop, done.id)).toMatchObject({ id: first.id, state: 'succeeded' });
    expect(pullsOf(task).map(({ title }) => title)).toEqual(['Totals']);
    expect(task.attempts).toHaveLength(1);
    expect(await deliveryStates(task)).toEqual(['pending', 'succeeded']);
  });

  it('gets its pull request by a retry once the permission is there, without the agent', async () => {
    const route = 'POST /repos/{owner}/{repo}/pulls';
    const done = await finished();
    shop.github.fail(route, { kind: 'status', status: 403, message: 'Resource not accessible' }, 99);
    const { id } = await order(shop, done.id);
    const refused = await untilSettled(shop, done.id);
    expect(refused.deliveries).toMatchObject([
      { state: 'failed', error: { code: 'forge_permission_missing' } },
    ]);
    expect(refused).toMatchObject({ status: 'succeeded', pullRequest: null });
    shop.github.heal();
    expect(await retry(shop, id)).toMatchObject({ id, state: 'pending' });
    const task = await untilSettled(shop, done.id);
    await expectOnePullRequest(task);
    expect(task.attempts).toHaveLength(1);
    expect(await deliveryStates(task)).toEqual(['pending', 'failed', 'pending', 'succeeded']);
    expect(await retry(shop, id)).toMatchObject({ id, state: 'succeeded' });
  });
});
