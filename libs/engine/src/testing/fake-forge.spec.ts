import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { FakeForge } from './fake-forge.ts';
import { forgeContract, type ForgeUnderTest } from './forge.contract.ts';

const signal = new AbortController().signal;

forgeContract('FakeForge', async (): Promise<ForgeUnderTest> => {
  const forge = new FakeForge();
  const shop = forge.repository('acme', 'shop');
  const empty = forge.repository('acme', 'empty');
  empty.branches.clear();
  forge.refused.add('bad');
  return {
    session: async ({ signal: own = signal, isEmpty = false } = {}) =>
      forge.open((isEmpty ? empty : shop).name, 'good', own),
    refused: async () => forge.open(shop.name, 'bad', signal),
    reader: async () => {
      forge.readers.add('reader');
      return forge.open(shop.name, 'reader', signal);
    },
    nowhere: async () => forge.open({ owner: 'acme', name: 'gone' }, 'good', signal),
    commit: async (branch) => shop.commit(branch),
    knows: (person) => shop.people.add(person),
    archive: () => {
      shop.isArchived = true;
    },
    end: (number, state) => {
      shop.end(number, state);
    },
    loseNextAnswer: () => {
      forge.failNext('openPullRequest', new AppError('forge_unreachable', 'The answer was lost.'), 'after');
    },
    pullRequests: () =>
      shop.pullRequests.map(({ title, draft, labels, reviewers }) => ({
        title,
        draft,
        labels: [...labels],
        reviewers: [...reviewers],
      })),
    verdict: (commit) => shop.verdicts.get(commit)?.isPassed ?? null,
    verdictCount: (commit) => shop.told.get(commit) ?? 0,
    close: async () => undefined,
  };
});

describe('FakeForge', () => {
  it('knows the URLs of github.com, and no others', () => {
    const forge = new FakeForge();
    expect(forge.repositoryOf('https://github.com/acme/shop.git')).toEqual({ owner: 'acme', name: 'shop' });
    expect(forge.repositoryOf('https://git.example.com/acme/shop.git')).toBeNull();
  });

  it("gives a task's own token, else the operator's, and remembers what it was asked for", async () => {
    const forge = new FakeForge();
    const { name } = forge.repository('acme', 'shop');
    expect(await forge.token(name, 'deliver', { own: 'own', signal })).toBe('own');
    expect(await forge.token(name, 'read', { own: null, signal })).toBe(forge.operatorToken);
    expect(forge.asked.map(({ purpose }) => purpose)).toEqual(['deliver', 'read']);
  });

  it('takes tips from a publisher for branches that it does not know', async () => {
    const forge = new FakeForge({ tip: (url, branch) => `${url} ${branch}`, holds: () => false });
    const { name, url } = forge.repository('acme', 'shop');
    expect(await forge.open(name, 'x', signal).branchTip('pushed')).toBe(`${url} pushed`);
  });
});
