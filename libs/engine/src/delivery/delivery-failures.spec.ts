import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, deliveryBranch, type ErrorCode, type TeamId } from '@drydock/domain';
import type { RepositoryForge } from '../ports/repository-store.ts';
import { DeliveriesInMemory } from '../testing/deliveries-in-memory.ts';
import { aRepository } from '../testing/repository-store.contract.ts';

const gitUrl = (world: DeliveriesInMemory, url: string): void => {
  const request = { source: { git: { url } }, description: 'x' };
  world.store.changeTask(world.taskId, { request: { ...world.request(), ...request } });
};

/** What is wrong, who is told what; every one of them leaves the task and its patch as they were. */
const FAILURES: [string, ErrorCode, (world: DeliveriesInMemory) => unknown][] = [
  [
    'the git URL is of no code host',
    'forge_not_configured',
    (w) => {
      gitUrl(w, 'https://example.org/a/b.git');
    },
  ],
  ['there is no credential', 'forge_not_configured', (w) => (w.forge.operatorToken = null)],
  ['the code host refuses the credential', 'forge_auth_failed', (w) => w.forge.refused.add('forge-token')],
  ['git refuses the credential', 'forge_auth_failed', (w) => (w.publisher.token = 'another')],
  ['the credential may not push', 'forge_permission_missing', (w) => (w.repository.mayPush = false)],
  [
    'there is no such repository',
    'forge_repository_not_found',
    (w) => {
      gitUrl(w, 'https://github.com/acme/none');
    },
  ],
  [
    'the repository was renamed',
    'forge_repository_not_found',
    (w) => (w.repository.name = { owner: 'acme', name: 'store' }),
  ],
  ['the repository is archived', 'forge_repository_archived', (w) => (w.repository.isArchived = true)],
  [
    'the repository is empty',
    'forge_repository_empty',
    (w) => {
      w.repository.branches.clear();
    },
  ],
  [
    'the branch has other commits',
    'forge_branch_taken',
    (w) => w.publisher.commitByOthers(w.repository.url, deliveryBranch(w.taskId)),
  ],
  [
    'the branch is protected',
    'forge_branch_protected',
    (w) => w.publisher.protectedBranches.add(deliveryBranch(w.taskId)),
  ],
  [
    'the stored patch is gone',
    'forge_nothing_to_deliver',
    (w) => {
      w.artifacts.contents.clear();
    },
  ],
  ['the patch gives another tree', 'patch_not_exact', (w) => (w.publisher.tree = 'ee'.repeat(20))],
  [
    'the remote has lost the base',
    'source_invalid',
    (w) => w.publisher.prepareErrors.push(new AppError('source_invalid', 'Gone.')),
  ],
  [
    'the code host refuses',
    'forge_refused',
    (w) => {
      w.forge.failNext('openPullRequest', new AppError('forge_refused', 'No.'));
    },
  ],
];

describe('a delivery that cannot be made', () => {
  let world: DeliveriesInMemory;
  beforeEach(() => {
    world = new DeliveriesInMemory();
  });
  const expectEnd = async (state: 'failed' | 'held', code: ErrorCode): Promise<void> => {
    expect(await world.delivery()).toMatchObject({ state, error: { code } });
    expect((await world.delivery()).error?.message.length).toBeGreaterThan(2);
    expect((await world.store.look(world.teamId, world.taskId)).events).toEqual([
      `delivery.changed ${state}`,
    ]);
    expect(world.publisher.openStores).toBe(0);
  };

  it.each(FAILURES)('fails when %s: %s', async (_what, code, arrange) => {
    await world.add();
    arrange(world);
    await world.run();
    await expectEnd('failed', code);
    expect(world.repository.pullRequests).toEqual([]);
  });

  it('says what a repository is called by now, and goes on when only the case of its name is another', async () => {
    const { repository } = world;
    await world.add();
    repository.name = { owner: 'acme', name: 'store' };
    await world.run();
    const { message } = (await world.delivery()).error ?? {};
    expect(message).toMatch(/^acme\/shop is called acme\/store by now\..* submit the task again/);
    expect(world.publisher.pushes).toEqual([]);
    await world.add();
    repository.name = { owner: 'Acme', name: 'Shop' };
    await world.run();
    expect(world.publisher.pushes).toHaveLength(1);
  });

  it('fails when the branch to merge into does not exist, or is its own', async () => {
    await world.add({ order: { base: 'none' } });
    await world.run();
    await expectEnd('failed', 'forge_base_not_found');
    await world.add();
    world.store.changeOrder(world.taskId, { base: deliveryBranch(world.taskId) });
    await world.run();
    await expectEnd('failed', 'forge_refused');
  });

  it.each(['no_changes', 'timeout', 'cancelled'] as const)(
    'fails after %s without a word to anybody',
    async (outcome) => {
      await world.add({ outcome });
      await world.run();
      await expectEnd('failed', 'forge_nothing_to_deliver');
      expect([world.forge.asked, world.forge.calls]).toEqual([[], []]);
    },
  );

  it('is held when the patch was not verified', async () => {
    await world.add({ outcome: 'verification_failed', verify: [{ command: 'x', exitCode: 1, seconds: 1 }] });
    await world.run();
    await expectEnd('held', 'delivery_not_verified');
    expect(world.forge.asked).toEqual([]);
    await world.store.retry(world.teamId, (await world.delivery()).id, null);
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
  });

  it.each(['.github/workflows/ci.yml', '.github/workflows', '.github'])(
    'is held when the patch touches %s, until the team allows it',
    async (path) => {
      world.publisher.paths = ['src/a.ts', path];
      await world.add();
      await world.run();
      await expectEnd('held', 'delivery_edits_workflows');
      expect((await world.delivery()).error?.message).toContain(path);
      expect(world.publisher.pushes).toEqual([]);
      await world.store.allowWorkflows(world.teamId);
      await world.store.retry(world.teamId, (await world.delivery()).id, null);
      await world.run();
      expect(await world.delivery()).toMatchObject({ state: 'succeeded', error: null });
    },
  );

  const settle = (more: Partial<RepositoryForge>, teamId = world.teamId) =>
    world.repositories.create(aRepository(teamId, more));

  it('delivers workflows where the repository is set up to take them, with a credential that may', async () => {
    await settle({ workflowEdits: true });
    world.publisher.paths = ['.github/workflows/ci.yml'];
    await world.add();
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
    expect(world.forge.asked.map(({ purpose }) => purpose)).toEqual(['deliver_workflows']);
  });

  it('is held when the patch touches a path that the repository is not set up for', async () => {
    await settle({ allowedPaths: ['src/*', '*.md'] });
    for (const [paths, state] of [
      [['src/a/b.ts', 'docs/x.md'], 'succeeded'],
      [['src/a.ts', 'package.json'], 'held'],
    ] as const) {
      world.publisher.paths = paths;
      await world.add();
      await world.run();
      expect(await world.delivery()).toMatchObject({ state });
    }
    await expectEnd('held', 'delivery_path_not_allowed');
    expect((await world.delivery()).error?.message).toContain('package.json');
  });

  it('uses the credential of the installation for no repository of another team', async () => {
    await settle({ workflowEdits: true, allowedPaths: ['none'] }, 'another' as TeamId);
    await world.add();
    await world.run();
    await expectEnd('failed', 'forge_not_configured');
    expect(world.forge.asked).toEqual([]);
    await world.store.retry(world.teamId, (await world.delivery()).id, 'own-token');
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
  });

  it('uses the credential of the installation for no repository that was switched off', async () => {
    await settle({ enabled: false });
    await world.add();
    await world.run();
    await expectEnd('failed', 'forge_not_configured');
    expect(world.forge.asked).toEqual([]);
  });

  it('delivers what only looks like a workflow', async () => {
    world.publisher.paths = [
      '.github/dependabot.yml',
      'docs/.github/workflows/ci.yml',
      '.github/workflows.md',
    ];
    await world.add();
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
  });

  it.each(['closed', 'merged'] as const)('fails when somebody has %s the pull request', async (state) => {
    await world.add();
    await world.die('delivery.opened');
    world.repository.end(1, state);
    await world.run();
    await expectEnd('failed', 'forge_pull_request_closed');
    expect((await world.delivery()).error?.message).toContain(
      `https://github.com/acme/shop/pull/1 was ${state}`,
    );
    expect(world.repository.pullRequests).toHaveLength(1);
  });

  it.each(['forge_unreachable', 'forge_rate_limited', 'service_unavailable'] as const)(
    'is put off on %s, and fails after the eighth time',
    async (code) => {
      await world.add();
      for (let i = 1; i <= 8; i++) {
        expect((await world.delivery()).state).toBe('pending');
        world.forge.failNext('facts', new AppError(code, 'Later.'));
        await world.store.makeDue();
        expect(await world.run()).toBe(true);
        expect(await world.run()).toBe(false);
      }
      await expectEnd('failed', code);
    },
  );

  it('tries again after a fault that nobody knows, and shows nothing of it', async () => {
    await world.add();
    world.forge.failNext('facts', new TypeError('operator-secret is not a function'));
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'pending', error: { code: 'internal' } });
    expect(JSON.stringify(await world.delivery())).not.toContain('operator-secret');
  });

  it('masks the token in what the code host says', async () => {
    await world.add({ token: 'own-token' });
    world.forge.failNext('facts', new AppError('forge_refused', 'Bad header: own-token, operator-secret'));
    await world.run();
    expect((await world.delivery()).error?.message).toBe('Bad header: [redacted], [redacted]');
    expect(inspect(world.warnings)).toContain('Bad header: [redacted], [redacted]');
    expect(inspect(world.warnings)).not.toMatch(/own-token|operator-secret/);
  });

  it('tells the next task with the credential why it waits, but not the credential, and has no other wait', async () => {
    const { performDelivery, session } = await world.newWorker();
    await world.add({ token: 'own-token' });
    const error = new AppError('forge_rate_limited', 'Slow down, own-token.', { retryAfterSeconds: 90 });
    world.forge.failNext('facts', error);
    await performDelivery.performNext();
    await world.add({ token: 'own-token' });
    await performDelivery.performNext();
    expect((await world.delivery()).error?.message).toMatch(
      /Deliveries to acme .*: Slow down, \[redacted\]\./,
    );
    // Limits are counted per credential
    await world.add();
    await performDelivery.performNext();
    await session.close();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
  });

  it('keeps the pull request when only its label or its check cannot be made', async () => {
    await world.add({ order: { labels: ['x'] }, verify: [{ command: 'x', exitCode: 0, seconds: 1 }] });
    for (const call of ['decorate', 'report'] as const)
      world.forge.failNext(call, new AppError('forge_permission_missing', 'Allow checks.'));
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded', error: null });
    expect((await world.store.look(world.teamId, world.taskId)).events).toEqual([
      ...['notice forge_permission_missing', 'notice forge_permission_missing', 'delivery.changed succeeded'],
    ]);
  });

  it('leaves an owner alone that asks for patience, and delivers to others meanwhile', async () => {
    const { performDelivery, session } = await world.newWorker();
    await world.add();
    const first = world.taskId;
    world.forge.failNext(
      'facts',
      new AppError('forge_rate_limited', 'Slow down.', { retryAfterSeconds: 90 }),
    );
    await performDelivery.performNext();
    await world.add();
    const second = world.taskId;
    world.forge.repository('globex', 'site').commit('main', 'c0'.repeat(20));
    await world.add();
    gitUrl(world, 'https://github.com/globex/site.git');
    await performDelivery.performNext();
    await performDelivery.performNext();
    await session.close();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
    for (const taskId of [first, second])
      expect((await world.store.look(world.teamId, taskId)).deliveries).toMatchObject([
        { state: 'pending', error: { code: 'forge_rate_limited' } },
      ]);
    expect(world.store.failures(first)).toBe(1);
    expect(world.store.failures(second)).toBe(0);
    expect(world.repository.pullRequests).toEqual([]);
  });
});
