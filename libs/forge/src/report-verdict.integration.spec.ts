import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { taskIdFrom } from '@drydock/domain';
import type { ForgeSession } from '@drydock/engine';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const RUNS = 'POST /repos/{owner}/{repo}/check-runs';
const TASK = taskIdFrom(0, new Uint8Array(16));
const OTHER = taskIdFrom(1, new Uint8Array(16));

let world: ShopAtGithub;
let session: ForgeSession;
let commit: string;
beforeEach(async () => {
  world = await shopAtGithub();
  const forge = world.app();
  session = forge.open(SHOP, (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '', anySignal);
  commit = await world.commit('drydock/x');
});
afterEach(() => world.github.close());

const verdict = (more: object = {}) => ({
  ...{ commit, taskId: TASK, isPassed: true, summary: 'passed', detailsUrl: null, mayBeShown: false },
  ...more,
});

describe('a check run', () => {
  it('is one when the answer to it is lost', async () => {
    world.github.fail(RUNS, { kind: 'cut', when: 'after' });
    await session.report(verdict());
    expect(world.shop.checkRuns).toHaveLength(1);
  });

  it('is not made twice when GitHub fails, but said to have failed', async () => {
    world.github.fail(RUNS, { kind: 'status', status: 502 });
    await expect(session.report(verdict())).rejects.toMatchObject({ code: 'forge_unreachable' });
    expect(world.github.apiCalls.filter((call) => call === RUNS)).toHaveLength(1);
  });

  it('is changed when it may be there, with all that it says', async () => {
    await session.report(verdict({ isPassed: false, summary: 'npm test failed' }));
    await session.report(
      verdict({ summary: 'all passed', detailsUrl: 'https://drydock.example.com/x', mayBeShown: true }),
    );
    expect(world.shop.checkRuns).toMatchObject([
      { conclusion: 'success', title: 'all passed', detailsUrl: 'https://drydock.example.com/x' },
    ]);
  });

  it('of another task at the commit stays as it is', async () => {
    await session.report(verdict({ taskId: OTHER, isPassed: false }));
    await session.report(verdict({ mayBeShown: true }));
    expect(world.shop.checkRuns.map(({ externalId, conclusion }) => [externalId, conclusion])).toEqual([
      [OTHER, 'failure'],
      [TASK, 'success'],
    ]);
  });
});
