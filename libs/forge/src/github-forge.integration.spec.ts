import { forgeContract, type ForgeUnderTest } from '@drydock/engine/testing';
import type { Forge, ForgePurpose, ForgeRepository } from '@drydock/engine';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const EMPTY: ForgeRepository = { owner: 'acme', name: 'empty' };

const lookAt = ({ shop }: ShopAtGithub): ReturnType<ForgeUnderTest['pullRequests']> =>
  shop.pulls.map(({ title, labels, pull }) => ({
    title,
    draft: pull.draft,
    labels: [...labels],
    reviewers: [...pull.reviewers],
  }));

const verdictAt = ({ shop }: ShopAtGithub, commit: string): boolean | null => {
  const run = shop.checkRuns.findLast((one) => one.commit === commit);
  const status = shop.statuses.findLast((one) => one.commit === commit);
  const word = run?.conclusion ?? status?.state;
  return word === undefined ? null : word === 'success';
};

/** Of statuses GitHub shows one per context. */
const verdictsAt = ({ shop }: ShopAtGithub, commit: string): number => {
  const contexts = shop.statuses.filter((one) => one.commit === commit).map(({ context }) => context);
  return shop.checkRuns.filter((one) => one.commit === commit).length + new Set(contexts).size;
};

const underTest = async (
  make: (world: ShopAtGithub) => Forge,
  readerOf: (world: ShopAtGithub, forge: Forge) => Promise<string | null>,
): Promise<ForgeUnderTest> => {
  const world = await shopAtGithub();
  const { github, shop } = world;
  const empty = await github.state.addRepository('acme/empty');
  empty.collaborators.set('grace', 'write');
  const forge = make(world);
  const open = async (repository: ForgeRepository, purpose: ForgePurpose, signal = anySignal) =>
    forge.open(repository, (await forge.token(repository, purpose, NOTHING_OWN)) ?? '', signal);
  return {
    session: ({ signal, isEmpty = false } = {}) => open(isEmpty ? EMPTY : SHOP, 'deliver', signal),
    refused: async () => forge.open(SHOP, 'ghp_unknown', anySignal),
    reader: async () => forge.open(SHOP, (await readerOf(world, forge)) ?? '', anySignal),
    nowhere: async () =>
      forge.open(
        { ...SHOP, name: 'gone' },
        (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '',
        anySignal,
      ),
    commit: world.commit,
    knows: (person) => {
      github.state.user(person);
      shop.collaborators.set(person, 'read');
    },
    archive: () => {
      shop.isArchived = true;
    },
    end: (number, state) => {
      const one = shop.pulls.find((pull) => pull.number === number);
      if (one === undefined) throw new Error('there is no such pull request');
      one.state = 'closed';
      if (state === 'merged') one.pull.mergedAt = new Date().toISOString();
    },
    loseNextAnswer: () => {
      github.fail('POST /repos/{owner}/{repo}/pulls', { kind: 'cut', when: 'after' });
    },
    pullRequests: () => lookAt(world),
    verdict: (commit) => verdictAt(world, commit),
    verdictCount: (commit) => verdictsAt(world, commit),
    close: () => github.close(),
  };
};

forgeContract('GithubForge as an App', () =>
  underTest(
    (world) => world.app(),
    (_world, forge) => forge.token(SHOP, 'read', NOTHING_OWN),
  ),
);

forgeContract('GithubForge with a token', () =>
  underTest(
    (world) => world.tokenForge(),
    async ({ github, shop }) => {
      shop.collaborators.set('eve', 'read');
      return github.state.personalToken('eve');
    },
  ),
);
