import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { taskIdFrom } from '@drydock/domain';
import type { GithubForge } from './github-forge.ts';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const MOST = 8;
const REPOSITORY = '/repos/{owner}/{repo}';
const MINT = 'POST /app/installations/{installation_id}/access_tokens';
const OPENED = [
  `GET ${REPOSITORY}/compare/{basehead}`,
  `POST ${REPOSITORY}/pulls`,
  `POST ${REPOSITORY}/issues/{issue_number}/labels`,
  `POST ${REPOSITORY}/pulls/{pull_number}/requested_reviewers`,
];

let world: ShopAtGithub;
beforeEach(async () => {
  world = await shopAtGithub();
  world.shop.collaborators.set('ada', 'read');
});
afterEach(() => world.github.close());

/** All that a pull request may take: a clone, a base that moved on, labels, reviewers and a verdict. @returns the calls. */
const pullRequest = async (forge: GithubForge, branch: string): Promise<readonly string[]> => {
  const before = world.github.apiCalls.length;
  await forge.token(SHOP, 'read', NOTHING_OWN);
  const from = await world.commit('main');
  const commit = await world.commit(branch);
  await world.commit('main');
  const session = forge.open(SHOP, (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '', anySignal);
  await session.facts();
  await session.author();
  expect(await session.commitsBehind(from, 'main')).toBe(1);
  const order = { head: branch, base: 'main', title: 't', body: 'b', draft: true, maintainerCanModify: true };
  const { number } = await session.openPullRequest(order);
  expect(await session.decorate(number, { labels: ['drydock'], reviewers: ['ada'] })).toEqual({
    unknown: [],
  });
  const taskId = taskIdFrom(0, new Uint8Array(16));
  const verdict = { commit, taskId, isPassed: true, summary: 'passed', detailsUrl: null, mayBeShown: false };
  await session.report(verdict);
  return world.github.apiCalls.slice(before);
};

describe('the calls of a pull request with all that it may have', () => {
  it('are eight for an App that has just started', async () => {
    const forge = world.app();
    await forge.prepare();
    const calls = await pullRequest(forge, 'drydock/x');
    expect(calls).toEqual([
      ...[`GET ${REPOSITORY}/installation`, MINT, MINT],
      ...OPENED,
      `POST ${REPOSITORY}/check-runs`,
    ]);
    expect(calls.length).toBeLessThanOrEqual(MOST);
  });

  it('are six for an App after that', async () => {
    const forge = world.app();
    await pullRequest(forge, 'drydock/x');
    expect(await pullRequest(forge, 'drydock/y')).toEqual([
      `GET ${REPOSITORY}`,
      ...OPENED,
      `POST ${REPOSITORY}/check-runs`,
    ]);
  });

  it('are no more when it has to find out who it is', async () => {
    const tokens = world.tokenForge();
    expect(await pullRequest(tokens, 'drydock/x')).toEqual([
      `GET ${REPOSITORY}`,
      'GET /user',
      ...OPENED,
      `POST ${REPOSITORY}/statuses/{sha}`,
    ]);
    expect((await pullRequest(tokens, 'drydock/y')).length).toBe(6);
  });
});
