import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RepositoryState } from '@drydock/testing';
import type { TaskView } from '../system/client.ts';
import { expectProblem } from '../system/problems.ts';
import { git } from '../system/repositories.ts';
import { publishScript } from '../system/tasks.ts';
import { query } from '../system/teams.ts';
import { drydockBranches } from './branches.ts';
import { addRepository, openShop, order, retry, shopTask, untilSettled, urlOf } from './shop.ts';
import type { Shop, Wanted } from './shop.ts';

/** What no pull request comes of ends with a code that says why; the task stays as it ended, with its patch. */
const CHANGE = 'echo two > b.txt';
const PULLS = 'POST /repos/{owner}/{repo}/pulls';

let shop: Shop;
/** A finished task that each test may ask a pull request of: deliveries need no agent, so it is run once. */
let done: TaskView;
/** Where that task worked. */
let repository: RepositoryState;

const finished = async (wanted: Wanted): Promise<TaskView> => {
  const { id } = await shop.system.client.submit(shopTask(shop, CHANGE, wanted));
  return shop.system.client.wait(id);
};

beforeAll(async () => {
  shop = await openShop('token', { concurrency: 4 });
  repository = await addRepository(shop.github, 'totals');
  done = await finished({ url: urlOf(shop.github, repository) });
});

afterAll(() => shop.close());

/** As if nobody had ever asked for a pull request of the finished task. */
const forgetDeliveries = async (): Promise<void> => {
  await query(shop.system, 'DELETE FROM "Delivery" WHERE "taskId" = $1', [done.id]);
  repository.issues.splice(0);
  for (const name of await drydockBranches(repository)) await updateRef('-d', `refs/heads/${name}`);
  expect(await shop.system.client.task(done.id)).toMatchObject({ outcome: 'changed', deliveries: [] });
};

/** The delivery has ended so, the task is what it was before, and its patch is there. */
const expectRefused = async (
  id: string,
  [state, code, words]: readonly [string, string, RegExp],
): Promise<TaskView> => {
  const task = await untilSettled(shop, id);
  expect(task).toMatchObject({
    status: 'succeeded',
    error: null,
    pullRequest: null,
    deliveries: [{ state, url: null, error: { code, message: expect.stringMatching(words) } }],
  });
  expect(JSON.stringify(task)).not.toContain(shop.token);
  if (task.outcome !== 'no_changes')
    expect((await shop.system.client.diff(id)).toString()).toContain('b/b.txt');
  return task;
};

interface Spoilt {
  readonly because: string;
  readonly spoil: () => unknown;
  /** What the message says to do. */
  readonly mend: () => unknown;
  readonly ends: readonly [string, string, RegExp];
}

const updateRef = (...args: string[]): Promise<string> =>
  git(repository.git.directory, 'update-ref', ...args);

const SPOILT: readonly Spoilt[] = [
  {
    because: 'is archived',
    spoil: () => (repository.isArchived = true),
    mend: () => (repository.isArchived = false),
    ends: ['failed', 'forge_repository_archived', /Unarchive it/],
  },
  {
    because: 'has lost all its branches',
    spoil: () => updateRef('-d', 'refs/heads/main'),
    mend: () => updateRef('refs/heads/main', done.base?.commit ?? ''),
    ends: ['failed', 'forge_repository_empty', /no commits|empty/],
  },
  {
    because: 'protects the branch',
    spoil: () => repository.git.protect(`drydock/${done.id}`),
    mend: () => repository.git.protect(),
    ends: ['failed', 'forge_branch_protected', /rule/],
  },
  {
    because: 'has somebody else on the branch',
    spoil: () => repository.git.push(`drydock/${done.id}`, { 'b.txt': 'theirs\n' }),
    mend: () => updateRef('-d', `refs/heads/drydock/${done.id}`),
    ends: ['failed', 'forge_branch_taken', /Merge or delete the branch/],
  },
  {
    because: 'is unknown, or not shown to the credential any more',
    spoil: () => repository.collaborators.delete('grace'),
    mend: () => repository.collaborators.set('grace', 'write'),
    ends: ['failed', 'forge_repository_not_found', /give the App or the token access/],
  },
  {
    because: 'may be read only',
    spoil: () => repository.collaborators.set('grace', 'read'),
    mend: () => repository.collaborators.set('grace', 'write'),
    ends: ['failed', 'forge_permission_missing', /write access/],
  },
];

describe('a pull request in a repository that', () => {
  beforeEach(forgetDeliveries);

  it.each(SPOILT)(
    '$because is refused with the patch kept, and opened by a retry once that is mended',
    async ({ spoil, mend, ends }) => {
      await spoil();
      const delivery = await order(shop, done.id);
      await expectRefused(done.id, ends);
      expect(repository.pulls).toEqual([]);
      await mend();
      expect(await retry(shop, delivery.id)).toMatchObject({ id: delivery.id, state: 'pending' });
      const opened = await untilSettled(shop, done.id);
      expect(opened).toMatchObject({ deliveries: [{ state: 'succeeded', error: null }] });
      expect(opened.attempts).toHaveLength(1);
      expect(await drydockBranches(repository)).toEqual([`drydock/${done.id}`]);
      expect(repository.pulls).toHaveLength(1);
    },
  );
});

interface Asked {
  readonly because: string;
  readonly script?: string;
  readonly pullRequest: Readonly<Record<string, unknown>>;
  readonly ends: readonly [string, string, RegExp];
}

const UNVERIFIED: Asked = {
  because: 'of a patch that nothing has verified, when a verified one was asked for',
  pullRequest: { when: 'verified' },
  ends: ['held', 'delivery_not_verified', /no verify commands.*retry the delivery/s],
};
const ASKED: readonly Asked[] = [
  {
    because: 'into a base that does not exist',
    pullRequest: { base: 'next' },
    ends: ['failed', 'forge_base_not_found', /no branch next/],
  },
  {
    because: 'of a patch that changes workflows',
    script: `${CHANGE}; mkdir -p .github/workflows; echo 'on: push' > .github/workflows/ci.yml`,
    pullRequest: {},
    ends: ['held', 'delivery_edits_workflows', /\.github\/workflows\/ci\.yml/],
  },
  {
    because: 'of no changes',
    script: 'true',
    pullRequest: {},
    ends: ['failed', 'forge_nothing_to_deliver', /changed nothing/],
  },
  UNVERIFIED,
];

describe('a pull request', () => {
  beforeEach(forgetDeliveries);

  it.each([
    { done: 'closed', mergedAt: null, words: /Reopen it and retry/ },
    { done: 'merged', mergedAt: '2026-01-02T03:04:05Z', words: /Submit a new task/ },
  ])('that a person has $done is not opened again by a retry', async ({ mergedAt, words }) => {
    shop.github.fail(PULLS, { kind: 'status', status: 403, message: 'Resource not accessible' });
    const delivery = await order(shop, done.id);
    await expectRefused(done.id, ['failed', 'forge_permission_missing', /Grant that/]);
    const opened = await fetch(`${shop.github.url}/repos/${repository.fullName}/pulls`, {
      method: 'POST',
      headers: { authorization: `token ${shop.token}` },
      body: JSON.stringify({ head: `drydock/${done.id}`, base: 'main', title: 'By hand' }),
    });
    expect(opened.status).toBe(201);
    const [one] = repository.pulls;
    one!.state = 'closed';
    one!.pull.mergedAt = mergedAt;
    await retry(shop, delivery.id);
    await expectRefused(done.id, ['failed', 'forge_pull_request_closed', words]);
    expect(repository.pulls.map(({ title }) => title)).toEqual(['By hand']);
  });

  it('into its own branch is refused', async () => {
    await order(shop, done.id, { base: `drydock/${done.id}` });
    await expectRefused(done.id, ['failed', 'forge_refused', /Name another base/]);
  });

  it('by a token that GitHub does not know is refused, and opened by a retry with another', async () => {
    const delivery = await order({ ...shop, token: 'ghp_expired' }, done.id);
    await expectRefused(done.id, ['failed', 'forge_auth_failed', /replace it/]);
    await retry(shop, delivery.id);
    expect(await untilSettled(shop, done.id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
  });
});

describe('a pull request that is asked for with the task', () => {
  /** By `because`: the tasks run side by side. */
  const ids = new Map<string, string>();

  beforeAll(async () => {
    for (const { because, script = CHANGE, pullRequest } of ASKED) {
      // By the token of the operator, which is not the task's
      const task = shopTask(shop, script, { pullRequest, token: null });
      ids.set(because, (await shop.system.client.submit(task)).id);
    }
  });

  const expectHeldBack = async (because: string): Promise<TaskView> => {
    const id = ids.get(because) ?? '';
    const task = await expectRefused(id, ASKED.find((one) => one.because === because)!.ends);
    expect(await shop.repository.git.tip(`drydock/${id}`)).toBeNull();
    expect(shop.repository.pulls).toEqual([]);
    return task;
  };

  it.each(ASKED)('$because is refused, and the patch is kept', async ({ because }) => {
    await expectHeldBack(because);
  });

  it('is opened by a retry when it was held back because nothing was verified', async () => {
    const held = await expectHeldBack(UNVERIFIED.because);
    // Without a token in the body: the operator's opens it
    const again = await shop.system.client.post(`/v1/deliveries/${held.deliveries[0]?.id ?? ''}/retry`, {});
    expect(again.status).toBe(202);
    expect(await untilSettled(shop, held.id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
  });
});

describe('a delivery', () => {
  it('cannot be asked for at a host that is no code host', async () => {
    const { system } = shop;
    const url = await publishScript(system, 'plain', 'echo one > a.txt');
    const { id } = await finished({ url, token: null });
    const asked = await system.client.post(`/v1/tasks/${id}/deliveries`, {});
    await expectProblem(asked, { status: 422, code: 'delivery_not_available' });
    expect(await system.client.task(id)).toMatchObject({ outcome: 'changed', deliveries: [] });
  });

  it('cannot be asked for while the task runs, nor of a task of nobody', async () => {
    const { id } = await shop.system.client.submit({
      ...shopTask(shop, CHANGE),
      notBefore: '2100-01-01T00:00:00Z',
    });
    const early = await shop.system.client.post(`/v1/tasks/${id}/deliveries`, {});
    await expectProblem(early, { status: 409, code: 'task_not_final' });
    const strange = await shop.system.client.post(`/v1/tasks/${id.slice(0, -4)}0000/deliveries`, {});
    await expectProblem(strange, { status: 404, code: 'not_found' });
  });
});
