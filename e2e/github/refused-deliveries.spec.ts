import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RepositoryState } from '@drydock/testing';
import type { TaskView } from '../system/client.ts';
import { expectProblem } from '../system/problems.ts';
import { git } from '../system/repositories.ts';
import { publishScript } from '../system/tasks.ts';
import { drydockBranches } from './branches.ts';
import { addRepository, openShop, order, retry, shopTask, untilSettled, urlOf } from './shop.ts';
import type { Shop, Wanted } from './shop.ts';

/** What no pull request comes of ends with a code that says why; the task stays as it ended, with its patch. */
const CHANGE = 'echo two > b.txt';
const PULLS = 'POST /repos/{owner}/{repo}/pulls';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('token');
}, 120_000);

afterAll(() => shop.close(), 60_000);

const finished = async (wanted: Wanted = {}): Promise<TaskView> => {
  const { id } = await shop.system.client.submit(shopTask(shop, CHANGE, wanted));
  return shop.system.client.wait(id);
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
  readonly spoil: (repository: RepositoryState, task: TaskView) => unknown;
  /** What the message says to do. */
  readonly mend: (repository: RepositoryState, task: TaskView) => unknown;
  readonly ends: readonly [string, string, RegExp];
}

const main = (repository: RepositoryState, ...args: string[]): Promise<string> =>
  git(repository.git.directory, 'update-ref', ...args);

const SPOILT: readonly Spoilt[] = [
  {
    because: 'is archived',
    spoil: (repository) => (repository.isArchived = true),
    mend: (repository) => (repository.isArchived = false),
    ends: ['failed', 'forge_repository_archived', /Unarchive it/],
  },
  {
    because: 'has lost all its branches',
    spoil: (repository) => main(repository, '-d', 'refs/heads/main'),
    mend: (repository, { base }) => main(repository, 'refs/heads/main', base?.commit ?? ''),
    ends: ['failed', 'forge_repository_empty', /no commits|empty/],
  },
  {
    because: 'protects the branch',
    spoil: (repository, { id }) => repository.git.protect(`drydock/${id}`),
    mend: (repository) => repository.git.protect(),
    ends: ['failed', 'forge_branch_protected', /rule/],
  },
  {
    because: 'has somebody else on the branch',
    spoil: (repository, { id }) => repository.git.push(`drydock/${id}`, { 'b.txt': 'theirs\n' }),
    mend: (repository, { id }) => main(repository, '-d', `refs/heads/drydock/${id}`),
    ends: ['failed', 'forge_branch_taken', /Merge or delete the branch/],
  },
  {
    because: 'is unknown, or not shown to the credential any more',
    spoil: (repository) => repository.collaborators.delete('grace'),
    mend: (repository) => repository.collaborators.set('grace', 'write'),
    ends: ['failed', 'forge_repository_not_found', /give the App or the token access/],
  },
  {
    because: 'may be read only',
    spoil: (repository) => repository.collaborators.set('grace', 'read'),
    mend: (repository) => repository.collaborators.set('grace', 'write'),
    ends: ['failed', 'forge_permission_missing', /write access/],
  },
];

describe('a pull request in a repository that', () => {
  it.each(SPOILT)(
    '$because is refused with the patch kept, and opened by a retry once that is mended',
    async ({ because, spoil, mend, ends }) => {
      const repository = await addRepository(shop.github, because.replaceAll(/[ ,]+/g, '-'));
      const task = await finished({ url: urlOf(shop.github, repository) });
      await spoil(repository, task);
      const delivery = await order(shop, task.id);
      await expectRefused(task.id, ends);
      expect(repository.pulls).toEqual([]);
      await mend(repository, task);
      expect(await retry(shop, delivery.id)).toMatchObject({ id: delivery.id, state: 'pending' });
      const opened = await untilSettled(shop, task.id);
      expect(opened).toMatchObject({ deliveries: [{ state: 'succeeded', error: null }] });
      expect(opened.attempts).toHaveLength(1);
      expect(await drydockBranches(repository)).toEqual([`drydock/${task.id}`]);
      expect(repository.pulls).toHaveLength(1);
    },
    60_000,
  );
});

interface Asked extends Wanted {
  readonly because: string;
  readonly script?: string;
  readonly ends: readonly [string, string, RegExp];
}

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
  {
    because: 'of a patch that nothing has verified, when a verified one was asked for',
    pullRequest: { when: 'verified' },
    ends: ['held', 'delivery_not_verified', /no verify commands/],
  },
];

describe('a pull request', () => {
  it.each(ASKED)(
    '$because is refused, and the patch is kept',
    async ({ script = CHANGE, ends, ...wanted }) => {
      // By the token of the operator, which is not the task's
      const { id } = await shop.system.client.submit(shopTask(shop, script, { ...wanted, token: null }));
      await expectRefused(id, ends);
      expect(await shop.repository.git.tip(`drydock/${id}`)).toBeNull();
      expect(shop.repository.pulls).toEqual([]);
    },
    60_000,
  );

  it('that was held back because nothing was verified is opened when somebody retries it', async () => {
    const asked = shopTask(shop, CHANGE, { token: null, pullRequest: { when: 'verified' } });
    const { id } = await shop.system.client.submit(asked);
    const held = await expectRefused(id, ['held', 'delivery_not_verified', /retry the delivery/]);
    // Without a token in the body: the operator's opens it
    const again = await shop.system.client.post(`/v1/deliveries/${held.deliveries[0]?.id ?? ''}/retry`, {});
    expect(again.status).toBe(202);
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
  }, 60_000);

  it.each([
    { done: 'closed', mergedAt: null, words: /Reopen it and retry/ },
    { done: 'merged', mergedAt: '2026-01-02T03:04:05Z', words: /Submit a new task/ },
  ])(
    'that a person has $done is not opened again by a retry',
    async ({ done, mergedAt, words }) => {
      const repository = await addRepository(shop.github, done);
      const { id } = await finished({ url: urlOf(shop.github, repository) });
      shop.github.fail(PULLS, { kind: 'status', status: 403, message: 'Resource not accessible' });
      const delivery = await order(shop, id);
      await expectRefused(id, ['failed', 'forge_permission_missing', /Grant that/]);
      const opened = await fetch(`${shop.github.url}/repos/acme/${done}/pulls`, {
        method: 'POST',
        headers: { authorization: `token ${shop.token}` },
        body: JSON.stringify({ head: `drydock/${id}`, base: 'main', title: 'By hand' }),
      });
      expect(opened.status).toBe(201);
      const [one] = repository.pulls;
      one!.state = 'closed';
      one!.pull.mergedAt = mergedAt;
      await retry(shop, delivery.id);
      await expectRefused(id, ['failed', 'forge_pull_request_closed', words]);
      expect(repository.pulls.map(({ title }) => title)).toEqual(['By hand']);
    },
    60_000,
  );

  it('into its own branch is refused', async () => {
    const { id } = await finished();
    await order(shop, id, { base: `drydock/${id}` });
    await expectRefused(id, ['failed', 'forge_refused', /Name another base/]);
  }, 60_000);

  it('by a token that GitHub does not know is refused, and opened by a retry with another', async () => {
    const { id } = await finished();
    const delivery = await order({ ...shop, token: 'ghp_expired' }, id);
    await expectRefused(id, ['failed', 'forge_auth_failed', /replace it/]);
    await retry(shop, delivery.id);
    expect(await untilSettled(shop, id)).toMatchObject({ deliveries: [{ state: 'succeeded' }] });
  }, 60_000);

  it('cannot be asked for at a host that is no code host', async () => {
    const { system } = shop;
    const url = await publishScript(system, 'plain', 'echo one > a.txt');
    const { id } = await finished({ url, token: null });
    const route = 'POST /v1/tasks/{id}/deliveries';
    const asked = await system.client.post(`/v1/tasks/${id}/deliveries`, {});
    await expectProblem(asked, { route, status: 422, code: 'delivery_not_available' });
    expect(await system.client.task(id)).toMatchObject({ outcome: 'changed', deliveries: [] });
  }, 60_000);

  it('cannot be asked for while the task runs, nor of a task of nobody', async () => {
    const { id } = await shop.system.client.submit({
      ...shopTask(shop, CHANGE),
      notBefore: '2100-01-01T00:00:00Z',
    });
    const route = 'POST /v1/tasks/{id}/deliveries';
    const early = await shop.system.client.post(`/v1/tasks/${id}/deliveries`, {});
    await expectProblem(early, { route, status: 409, code: 'task_not_final' });
    const strange = await shop.system.client.post(`/v1/tasks/${id.slice(0, -4)}0000/deliveries`, {});
    await expectProblem(strange, { route, status: 404, code: 'not_found' });
  }, 60_000);
});
