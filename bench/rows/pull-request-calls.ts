import {
  openShop,
  shopTask,
  untilKnown,
  untilSettled,
  type Identity,
  type Shop,
} from '../../e2e/github/shop.ts';
import type { Bench, BenchRow } from '../bench-row.ts';

const MOST = 8;
const SCRIPT = 'echo two > b.txt';
/** All that a pull request may be asked for, on a base that has moved on since. */
const FULL = { labels: ['drydock'], reviewers: ['ada'], draft: true, base: 'main' };

interface Wanted {
  readonly identity: Identity;
  readonly isFull: boolean;
}

const taskOf = async (shop: Shop, { identity, isFull }: Wanted): Promise<Record<string, unknown>> => {
  const { git } = shop.repository;
  const token = identity === 'app' ? null : shop.token;
  const pullRequest = isFull ? FULL : {};
  const task = shopTask(shop, SCRIPT, { token, verify: isFull ? ['true'] : [], pullRequest });
  if (!isFull) return task;
  const ref = await git.tip('main');
  await git.push('main', { 'moved.txt': `on from ${String(ref)}\n` });
  const own = token === null ? {} : { token };
  return { ...task, source: { git: { url: shop.url, ref, ...own } } };
};

/** Calls to the API from the start of a task to its open pull request, those for its clone included. */
const callsOf = async (shop: Shop, wanted: Wanted): Promise<readonly string[]> => {
  const task = await taskOf(shop, wanted);
  const before = shop.github.apiCalls.length;
  const { id } = await shop.system.client.submit(task);
  const { deliveries } = await untilSettled(shop, id);
  if (deliveries[0]?.state !== 'succeeded') throw new Error(JSON.stringify(deliveries));
  return shop.github.apiCalls.slice(before);
};

const rowOf = (what: string, calls: readonly string[]): BenchRow => ({
  what: `calls to GitHub's API per pull request, ${what}`,
  measured: String(calls.length),
  bare: '–',
  aim: `≤ ${String(MOST)}`,
  isMet: calls.length <= MOST,
});

/** Full is a verdict, labels, reviewers, and a base that moved on. */
const rowsOf = async (shop: Shop, identity: Identity, who: string): Promise<BenchRow[]> => [
  rowOf(`${who}, full, the first of a worker`, await callsOf(shop, { identity, isFull: true })),
  rowOf(`${who}, full`, await callsOf(shop, { identity, isFull: true })),
  rowOf(`${who}, plain`, await callsOf(shop, { identity, isFull: false })),
];

export const pullRequestCallsBench: Bench = {
  name: 'pull-request-calls',
  run: async () => {
    const shop = await openShop('app');
    try {
      shop.repository.collaborators.set('ada', 'write');
      await untilKnown(shop);
      const byApp = await rowsOf(shop, 'app', 'as an App');
      return [...byApp, ...(await rowsOf(shop, 'none', 'by a token'))];
    } finally {
      await shop.close();
    }
  },
};
