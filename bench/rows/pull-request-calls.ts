import { openShop, shopTask, untilSettled, type Identity, type Shop } from '../../e2e/github/shop.ts';
import type { Bench, BenchRow } from '../bench-row.ts';

const MOST = 8;
const SCRIPT = 'echo two > b.txt';
/** All that a pull request may be asked for. */
const FULL = { labels: ['drydock'], reviewers: ['ada'], draft: true };
const LESS = {};

/** Calls to the API from the start of a task to its open pull request, those for its clone included. */
const callsOf = async (shop: Shop, identity: Identity, pullRequest: object): Promise<readonly string[]> => {
  const before = shop.github.apiCalls.length;
  const token = identity === 'app' ? null : shop.token;
  const task = shopTask(shop, SCRIPT, { token, verify: ['true'], pullRequest: { ...pullRequest } });
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

const rowsOf = async (shop: Shop, identity: Identity, who: string): Promise<BenchRow[]> => [
  rowOf(`${who}, the first one`, await callsOf(shop, identity, LESS)),
  rowOf(`${who}, another one`, await callsOf(shop, identity, LESS)),
  rowOf(`${who}, with labels and reviewers`, await callsOf(shop, identity, FULL)),
];

export const pullRequestCallsBench: Bench = {
  name: 'pull-request-calls',
  run: async () => {
    const shop = await openShop('app');
    try {
      shop.repository.collaborators.set('ada', 'write');
      const byApp = await rowsOf(shop, 'app', 'as an App');
      return [...byApp, ...(await rowsOf(shop, 'none', 'by a token'))];
    } finally {
      await shop.close();
    }
  },
};
