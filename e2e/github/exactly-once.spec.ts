import { beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_POINTS } from '@drydock/domain';
import type { TaskView } from '../system/client.ts';
import { commitsOf, drydockBranches } from './branches.ts';
import { DyingWorkers } from './dying-workers.ts';
import { openShop, order, shopTask, type Shop, type Wanted } from './shop.ts';

/** Whatever dies or gets lost on the way: one branch, one commit, one pull request of each task. */
const POINTS = CRASH_POINTS.filter((name) => name.startsWith('delivery.'));
/** Whose answers get lost. */
const ROUTES = [
  'POST /repos/{owner}/{repo}/pulls',
  'git push',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
];
/** The leases of the dead end after 10 s. */
const PATIENCE_MS = 120_000;

let shop: Shop;
const dying = DyingWorkers.of(() => shop);
/** One finished task for each route; one for each point, which runs while answers get lost. Nothing of them is delivered yet. */
const toLose: string[] = [];
const toDie: string[] = [];

beforeAll(async () => {
  shop = await openShop('none', { concurrency: 4 });
  for (let i = 0; i < ROUTES.length; i++) toLose.push(await submit({ verify: ['true'] }));
  for (const id of toLose) expect(await shop.system.client.wait(id)).toMatchObject({ outcome: 'changed' });
  for (let i = 0; i < POINTS.length; i++) toDie.push(await submit());
});

const submit = async (wanted: Pick<Wanted, 'verify'> = {}): Promise<string> =>
  (await shop.system.client.submit(shopTask(shop, 'echo two > b.txt', wanted))).id;

const expectOnce = async ({ id, base, resultTree, pullRequest, attempts }: TaskView): Promise<void> => {
  const commits = await commitsOf(shop.repository, base?.commit ?? '', `drydock/${id}`);
  expect(commits).toMatchObject([{ parents: [base?.commit], tree: resultTree }]);
  const pulls = shop.repository.pulls.filter(({ pull }) => pull.head === `drydock/${id}`);
  expect(pulls).toMatchObject([
    { number: pullRequest?.number, labels: new Set(['drydock']), pull: { headCommit: commits[0]?.sha } },
  ]);
  expect(attempts).toHaveLength(1);
};

const succeeded = async (id: string): Promise<TaskView> => {
  await shop.system.client.wait(id);
  const task = await shop.system.client.until(
    id,
    ({ deliveries }) => deliveries[0]?.state !== 'pending',
    PATIENCE_MS,
  );
  expect(task.deliveries).toMatchObject([{ state: 'succeeded', error: null }]);
  return task;
};

describe('an answer that gets lost after the effect', () => {
  it.each(ROUTES)(
    'to %s ends in one branch, one commit and one pull request',
    async (route) => {
      const before = await drydockBranches(shop.repository);
      const id = toLose[ROUTES.indexOf(route)] ?? '';
      shop.github.fail(route, { kind: 'cut', when: 'after' });
      await order(shop, id, { labels: ['drydock'] });
      await expectOnce(await succeeded(id));
      expect(await drydockBranches(shop.repository)).toHaveLength(before.length + 1);
    },
    PATIENCE_MS,
  );
});

describe('a worker that dies at any step of a delivery', () => {
  it(
    'leaves one branch, one commit and one pull request to whoever goes on',
    async () => {
      const { system, repository } = shop;
      const before = await drydockBranches(repository);
      for (const id of toDie) expect(await system.client.wait(id)).toMatchObject({ outcome: 'changed' });
      await Promise.all(system.workers.map((worker) => worker.stop()));
      for (const id of toDie) await order(shop, id, { labels: ['drydock'] });
      // Each takes one delivery, which may be what another one has left, and dies in it.
      await dying.dieAt(POINTS, { DRYDOCK_DELIVERY_CONCURRENCY: '1' });
      await system.startWorker();
      for (const id of toDie) await expectOnce(await succeeded(id));
      expect(await drydockBranches(repository)).toHaveLength(before.length + POINTS.length);
      const pulls = repository.pulls.map(({ pull }) => pull.head);
      expect(pulls).toHaveLength(new Set(pulls).size);
    },
    3 * PATIENCE_MS,
  );
});
