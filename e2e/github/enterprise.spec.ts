import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAskedShop } from './asked-shop.ts';
import type { People } from './people.ts';
import { untilSettled, type Shop } from './shop.ts';
import { startedBy, untilSaid } from './triggers.ts';

/** GitHub Enterprise Server has its API below `/api/v3`, and git beside it. */
let shop: Shop;
let people: People;

beforeAll(async () => {
  ({ shop, people } = await openAskedShop('app', { apiPath: '/api/v3' }));
});

afterAll(() => shop.close());

describe('GitHub Enterprise Server', () => {
  it('is asked below /api/v3 only, from the label on an issue to the pull request and its check run', async () => {
    const { github, repository } = shop;
    const issue = people.opens('ada', 'Add a second file');
    const task = await untilSettled(shop, await startedBy(shop, await people.labels('ada', issue)));
    const pull = repository.pulls.find((one) => one.pull.head === `drydock/${task.id}`);
    const url = `${github.url}/acme/shop/pull/${String(pull?.number)}`;
    expect(task).toMatchObject({ outcome: 'changed', pullRequest: { url, number: pull?.number } });
    const { headCommit } = pull?.pull ?? {};
    expect(repository.checkRuns).toMatchObject([{ commit: headCommit, conclusion: 'success' }]);
    await untilSaid(issue, url);
    const elsewhere = github.requests.filter(
      ({ route, path }) => route?.startsWith('git ') !== true && !path.startsWith('/api/v3/'),
    );
    expect(elsewhere).toEqual([]);
    expect(github.requests.filter(({ route }) => route === null)).toEqual([]);
  });
});
