import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RepositoryState } from '@drydock/testing';
import type { TaskView } from '../system/client.ts';
import { expectProblem } from '../system/problems.ts';
import { git } from '../system/repositories.ts';
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
  readonly spoil: (repository: RepositoryState, taskId: string) => unknown;
  readonly ends: readonly [string, string, RegExp];
}

const SPOILT: readonly Spoilt[] = [
  {
    because: 'is archived',
    spoil: (repository) => (repository.isArchived = true),
    ends: ['failed', 'forge_repository_archived', /Unarchive it/],
  },
  {
    because: 'has lost all its branches',
    spoil: (repository) => git(repository.git.directory, 'update-ref', '-d', 'refs/heads/main'),
    ends: ['failed', 'forge_repository_empty', /no commits|empty/],
  },
  {
    because: 'protects the branch',
    spoil: (repository, taskId) => repository.git.protect(`drydock/${taskId}`),
    ends: ['failed', 'forge_branch_protected', /rule/],
  },
  {
    because: 'is not shown to the credential any more',
    spoil: (repository) => repository.collaborators.delete('grace'),
    ends: ['failed', 'forge_repository_not_found', /acme/],
  },
  {
    because: 'may be read only',
    spoil: (repository) => repository.collaborators.set('grace', 'read'),
    ends: ['failed', 'forge_permission_missing', /write access/],
  },
];

describe('a pull request in a repository that', () => {
  it.each(SPOILT)(
    '$because is refused, and the patch is kept',
    async ({ because, spoil, ends }) => {
      const repository = await addRepository(shop.github, because.replaceAll(' ', '-'));
      const { id } = await finished({ url: urlOf(shop.github, repository) });
      await spoil(repository, id);
      await order(shop, id);
      await expectRefused(id, ends);
      expect(await drydockBranches(repository)).toEqual([]);
      expect(repository.pulls).toEqual([]);
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

  it('that a person has closed is not opened again by a retry', async () => {
    const repository = await addRepository(shop.github, 'closed');
    const { id } = await finished({ url: urlOf(shop.github, repository) });
    shop.github.fail(PULLS, { kind: 'status', status: 403, message: 'Resource not accessible' });
    const delivery = await order(shop, id);
    await expectRefused(id, ['failed', 'forge_permission_missing', /Grant that/]);
    const opened = await fetch(`${shop.github.url}/repos/acme/closed/pulls`, {
      method: 'POST',
      headers: { authorization: `token ${shop.token}` },
      body: JSON.stringify({ head: `drydock/${id}`, base: 'main', title: 'By hand' }),
    });
    expect(opened.status).toBe(201);
    repository.pulls[0]!.state = 'closed';
    await retry(shop, delivery.id);
    await expectRefused(id, ['failed', 'forge_pull_request_closed', /Reopen it/]);
    expect(repository.pulls.map(({ title }) => title)).toEqual(['By hand']);
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
