import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { People, WEBHOOK_SECRET } from './people.ts';
import { openShop, untilSettled, type Shop } from './shop.ts';
import { ALL_TRIGGERS, startedBy, untilSaid, WRITES_B } from './triggers.ts';

/** GitHub Enterprise Server has its API below `/api/v3`, and git beside it. */
let shop: Shop;

beforeAll(async () => {
  const env = { GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET };
  shop = await openShop('app', { script: WRITES_B, apiPath: '/api/v3', env });
  shop.repository.collaborators.set('ada', 'write');
  await shop.repository.git.push('main', { '.drydock.yml': 'verify: [test -f b.txt]\n' });
  const forge = { owner: 'acme', name: 'shop', triggers: ALL_TRIGGERS };
  expect((await shop.system.client.post('/v1/repositories', { forge })).status).toBe(201);
}, 120_000);

afterAll(() => shop.close(), 60_000);

describe('GitHub Enterprise Server', () => {
  it('is asked below /api/v3 only, from the label on an issue to the pull request and its check run', async () => {
    const { github, repository } = shop;
    const people = new People(shop);
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
  }, 60_000);
});
