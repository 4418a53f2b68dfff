import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { conversationContract, type ConversationUnderTest } from '@drydock/engine/testing';
import type { PullRequestFacts } from '@drydock/engine';
import { addReview, openIssue } from '@drydock/testing';
import type { GithubForge } from './github-forge.ts';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const COMMENTS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';

let branches = 0;
const openPull = async (
  { shop, commit, app }: ShopAtGithub,
  state: PullRequestFacts['state'],
): Promise<PullRequestFacts> => {
  const headBranch = `drydock/${String(++branches)}`;
  const headCommit = await commit(headBranch);
  const forge = app();
  const session = forge.open(SHOP, (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '', anySignal);
  const order = { head: headBranch, base: 'main', title: 'Round once', body: '' };
  const { number } = await session.openPullRequest({ ...order, draft: false, maintainerCanModify: false });
  const made = shop.pulls.find((one) => one.number === number);
  if (made === undefined) throw new Error('there is no such pull request');
  if (state !== 'open') made.state = 'closed';
  if (state === 'merged') made.pull.mergedAt = new Date().toISOString();
  const title = order.title;
  return { number, state, title, headBranch, headCommit, headRepository: 'acme/shop', baseBranch: 'main' };
};

const talkOf = async (forge: GithubForge, signal = anySignal) =>
  forge.converse(SHOP, (await forge.token(SHOP, 'converse', NOTHING_OWN)) ?? '', signal);

const underTest = async (make: (world: ShopAtGithub) => GithubForge): Promise<ConversationUnderTest> => {
  const world = await shopAtGithub();
  const { github, shop } = world;
  const issueOf = (number: number) => shop.issues[number - 1];
  const forge = make(world);
  return {
    talk: (signal) => talkOf(forge, signal),
    permit: (login, permission) => void shop.collaborators.set(login, permission),
    issue: () => openIssue(shop, github.state, { author: 'ada', title: 'Totals are wrong' }).number,
    pull: (state) => openPull(world, state),
    review: (number, author, remarks, isRequest = true) => {
      const state = isRequest ? 'CHANGES_REQUESTED' : 'COMMENTED';
      const said = remarks.map(({ text, line, ...one }) => ({ ...one, line: line ?? 1, body: text }));
      return addReview(shop, github.state, { number, author, state, body: '', said }).id;
    },
    hear: (number, author, body) => {
      const at = new Date().toISOString();
      const id = github.state.nextId();
      issueOf(number)?.comments.push({ id, author, body, createdAt: at, updatedAt: at });
      return id;
    },
    remove: (id) => {
      for (const { comments } of shop.issues) {
        const at = comments.findIndex((one) => one.id === id);
        if (at >= 0) comments.splice(at, 1);
      }
    },
    said: (number) => (issueOf(number)?.comments ?? []).map(({ author, body }) => ({ author, body })),
    reactionCount: () => shop.reactions.length,
    loseNextComment: () => {
      github.fail(COMMENTS, { kind: 'cut', when: 'after' });
    },
    close: () => github.close(),
  };
};

conversationContract('GithubForge as an App', () => underTest((world) => world.app()));
conversationContract('GithubForge with a token', () => underTest((world) => world.tokenForge()));

describe('a conversation at GitHub', () => {
  let world: ShopAtGithub;
  beforeEach(async () => {
    world = await shopAtGithub();
  });
  afterEach(() => world.github.close());

  it('speaks as the App, or as the owner of the token', async () => {
    expect(await (await talkOf(world.app())).self()).toBe('drydock[bot]');
    expect(await (await talkOf(world.tokenForge())).self()).toBe('grace');
  });

  it('may look at the repository and its branches with the same credential, and push nothing', async () => {
    const forge = world.app();
    const token = (await forge.token(SHOP, 'converse', NOTHING_OWN)) ?? '';
    const session = forge.open(SHOP, token, anySignal);
    expect(await session.facts()).toMatchObject({ isArchived: false, mayPush: false });
    expect(await session.branchTip('main')).toEqual(expect.any(String));
    expect(world.github.state.minted.at(-1)?.permissions).toMatchObject({ contents: 'read' });
  });

  it('asks once which App it is', async () => {
    const app = world.app();
    const [first, second] = [await talkOf(app), await talkOf(app)];
    for (const talk of [first, first, second]) expect(await talk.self()).toBe('drydock[bot]');
    expect(world.github.apiCalls.filter((one) => one === 'GET /app')).toHaveLength(1);
  });

  it('takes an account that GitHub does not know for one without permission', async () => {
    world.github.fail(PERMISSION, { kind: 'status', status: 404, message: 'x is not a user' });
    expect(await (await talkOf(world.app())).permissionOf('x')).toBe('none');
  });

  it('does not take a repository that is gone for a sender without permission, or a missing comment', async () => {
    const forge = world.tokenForge();
    const talk = forge.converse({ ...SHOP, name: 'gone' }, world.writer, anySignal);
    const gone = { code: 'forge_repository_not_found' };
    await expect(talk.permissionOf('ada')).rejects.toMatchObject(gone);
    await expect(talk.editComment(1, 'x')).rejects.toMatchObject(gone);
    await expect(talk.pullRequest(1)).rejects.toMatchObject(gone);
  });

  it('says so when what it should react to or comment on is gone', async () => {
    const talk = await talkOf(world.app());
    const gone = { code: 'forge_refused' };
    await expect(talk.react({ kind: 'comment', id: 4711 }, 'eyes')).rejects.toMatchObject(gone);
    await expect(talk.react({ kind: 'review_comment', id: 4711 }, 'eyes')).rejects.toMatchObject(gone);
    await expect(talk.comment(4711, 'x')).rejects.toMatchObject(gone);
  });

  it('says that the credential is refused, and when to come back after a limit', async () => {
    const talk = world.tokenForge().converse(SHOP, 'ghp_unknown', anySignal);
    await expect(talk.permissionOf('ada')).rejects.toMatchObject({ code: 'forge_auth_failed' });
    world.github.fail(PERMISSION, { kind: 'secondary_limit', retryAfterSeconds: 60 });
    const asked = (await talkOf(world.app())).permissionOf('ada');
    await expect(asked).rejects.toMatchObject({ code: 'forge_rate_limited', retryAfterSeconds: 60 });
  });

  it('tells when a remark was last edited', async () => {
    const { number } = await openPull(world, 'open');
    const said = [{ path: 'a.ts', line: 1, hunk: '@@', body: 'Round once.' }];
    addReview(world.shop, world.github.state, { number, author: 'ada', state: 'COMMENTED', body: '', said });
    const [remark] = world.shop.pulls[0]?.pull.reviewComments ?? [];
    remark!.updatedAt = '2030-01-02T03:04:05Z';
    const [read] = await (await talkOf(world.app())).remarks(number, null);
    expect(read?.changedAt).toEqual(new Date('2030-01-02T03:04:05Z'));
  });

  it('reacts to a remark of a review', async () => {
    const { number } = await openPull(world, 'open');
    const said = [{ path: 'a.ts', line: 1, hunk: '@@', body: '/drydock' }];
    addReview(world.shop, world.github.state, { number, author: 'ada', state: 'COMMENTED', body: '', said });
    const id = world.shop.pulls[0]?.pull.reviewComments[0]?.id ?? 0;
    await (await talkOf(world.app())).react({ kind: 'review_comment', id }, 'eyes');
    expect(world.shop.reactions.map(({ on, content }) => `${on} ${content}`)).toEqual([
      `review comment ${String(id)} eyes`,
    ]);
  });
});
