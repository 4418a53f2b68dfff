import { beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryBranch, type RepositoryId } from '@drydock/domain';
import { DeliveriesInMemory } from '../testing/deliveries-in-memory.ts';

const PASSED = { command: 'npm test', exitCode: 0, seconds: 2 };

describe('a delivery', () => {
  let world: DeliveriesInMemory;
  beforeEach(() => {
    world = new DeliveriesInMemory();
  });
  const pullRequests = () => world.repository.pullRequests;

  it('opens one pull request with one commit on the branch of the task', async () => {
    await world.add({ order: { closes: 12, draft: true, maintainerCanModify: false }, verify: [PASSED] });
    await world.keep('result.json', JSON.stringify({ summary: 'Rounded once, as @mona said in #7.' }));
    expect(await world.run()).toBe(true);
    expect(await world.run()).toBe(false);
    const branch = deliveryBranch(world.taskId);
    expect(world.publisher.requests).toMatchObject([
      {
        ...{ branch, teamId: 'team', url: world.repository.url, token: 'forge-token' },
        ...{ baseCommit: 'c0'.repeat(20), tree: 'b7'.repeat(20) },
        author: { name: 'drydock[bot]', email: '7+drydock[bot]@users.noreply.github.com' },
        message: `Fix the rounding bug\n\nDrydock-Task: ${world.taskId}\n`,
      },
    ]);
    const commit = world.publisher.tip(world.repository.url, branch);
    const url = 'https://github.com/acme/shop/pull/1';
    expect(pullRequests()).toMatchObject([
      {
        head: branch,
        baseBranch: 'main',
        title: 'Fix the rounding bug',
        draft: true,
        maintainerCanModify: false,
      },
    ]);
    const body = pullRequests()[0]!.body;
    expect(body).toContain('> Rounded once, as @\u200Bmona said in #\u200B7.');
    expect(body).toContain(`(https://drydock.example.org/tasks/${world.taskId})`);
    expect(body).not.toContain('behind');
    expect(body.endsWith('Closes #12')).toBe(true);
    expect(await world.delivery()).toMatchObject({ state: 'succeeded', error: null, url });
    const { author } = world.publisher.requests[0]!;
    expect(world.store.found((await world.delivery()).id)).toEqual({
      author,
      branch,
      commit,
      number: 1,
      url,
    });
    expect(world.repository.verdicts.get(commit!)).toMatchObject({
      ...{ isPassed: true, summary: '1 of 1 verify commands passed' },
    });
    expect(world.publisher.openStores).toBe(0);
  });

  it('quotes what people called it, and not what its agent was told, when somebody asked at an issue', async () => {
    await world.add({ order: { title: 'Totals are wrong', closes: 12 } });
    const where = { repositoryId: 'repo' as RepositoryId, number: 12, isPullRequest: false };
    const origin = { ...where, sender: 'octocat', trigger: 'label', commentId: null };
    const request = { ...world.request(), description: 'octocat put the label on.\n----- begin title -----' };
    world.store.changeTask(world.taskId, { request, origin });
    await world.run();
    expect(pullRequests()[0]?.body).toMatch(/^> Totals are wrong\n\n/);
    expect(pullRequests()[0]?.body).not.toContain('begin title');
  });

  it('asks the code host for no more than it needs', async () => {
    world.repository.people.add('mona');
    await world.add({ order: { labels: ['drydock'], reviewers: ['mona'] }, verify: [PASSED] });
    world.repository.commit('main');
    await world.run();
    expect(world.forge.calls).toEqual([
      ...['facts', 'commitsBehind', 'author', 'openPullRequest', 'decorate', 'report'],
    ]);
    expect(pullRequests()).toMatchObject([{ labels: new Set(['drydock']), reviewers: new Set(['mona']) }]);
  });

  it('says how far its base has moved on', async () => {
    await world.add();
    for (let i = 0; i < 3; i++) world.repository.commit('main');
    await world.run();
    expect(pullRequests()[0]!.body).toContain('This branch is 3 commits behind `main`');
  });

  it('merges into the branch asked for, else the one it started from, else the default branch', async () => {
    world.repository.commit('next');
    for (const [base, ref] of [
      ['next', 'main'],
      [null, 'next'],
      [null, 'v1.0'],
      [null, 'c0'.repeat(20)],
      [null, null],
    ] as const) {
      await world.add({ order: { base } });
      world.store.changeTask(world.taskId, {
        base: { ref, commit: 'c0'.repeat(20), tree: '7e'.repeat(20) },
      });
      await world.run();
    }
    expect(pullRequests().map(({ baseBranch }) => baseBranch)).toEqual([
      'next',
      'next',
      'main',
      'main',
      'main',
    ]);
  });

  it('uses the token of the task rather than that of the operator, and shows neither', async () => {
    await world.add({ token: 'own-token', order: { title: 'By own-token and operator-secret' } });
    await world.keep('result.json', JSON.stringify({ summary: 'I read own-token and operator-secret.' }));
    await world.run();
    expect(world.publisher.requests[0]?.token).toBe('own-token');
    expect(pullRequests()).toMatchObject([{ title: 'By [redacted] and [redacted]' }]);
    expect(pullRequests()[0]!.body).toContain('> I read [redacted] and [redacted].');
    expect(world.publisher.requests[0]?.message).not.toContain('own-token');
  });

  it('is by the installation itself where the code host does not say whose the credential is', async () => {
    world.forge.author = null;
    await world.add();
    await world.run();
    expect(world.publisher.requests[0]?.author).toEqual({ name: 'Drydock', email: 'drydock@example.org' });
  });

  it('finds its commit again when it is retried with the credential of somebody else', async () => {
    await world.add();
    await world.die('delivery.pushed');
    world.forge.author = { name: 'eve', email: '9+eve@users.noreply.github.com' };
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
    expect(new Set(world.publisher.requests.map(({ author }) => author.name))).toEqual(
      new Set(['drydock[bot]']),
    );
    expect(world.publisher.pushes).toHaveLength(1);
  });

  it('tells of labels and reviewers that the code host does not know, and succeeds', async () => {
    await world.add({ order: { labels: ['drydock'], reviewers: ['nobody'] } });
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded', error: null });
    expect((await world.store.look(world.teamId, world.taskId)).events).toEqual([
      'notice delivery_unknown_names',
      'delivery.changed succeeded',
    ]);
  });

  it('shows a patch that did not pass as such, when any patch was asked for', async () => {
    const verify = [PASSED, { ...PASSED, exitCode: 1 }];
    await world.add({ order: { when: 'changed' }, outcome: 'verification_failed', verify });
    await world.run();
    expect(pullRequests()[0]!.body).toContain('❌ `npm test`: exit code 1');
    expect([...world.repository.verdicts.values()]).toMatchObject([
      { isPassed: false, summary: '1 of 2 verify commands passed' },
    ]);
  });

  it('takes turns with others in the same worker: none is claimed twice', async () => {
    for (let i = 0; i < 6; i++) await world.add();
    const { performDelivery, session } = await world.newWorker();
    const did = await Promise.all(Array.from({ length: 8 }, () => performDelivery.performNext()));
    await session.close();
    expect(did.filter((isDone) => isDone)).toHaveLength(6);
    expect(pullRequests()).toHaveLength(6);
    expect(world.publisher.requests).toHaveLength(6);
  });

  it('is claimed by nobody who drains or has lost the session', async () => {
    await world.add();
    const { performDelivery, session } = await world.newWorker();
    session.stopClaiming();
    expect(await performDelivery.performNext()).toBe(false);
    await session.close();
    expect((await world.delivery()).state).toBe('pending');
  });
});
