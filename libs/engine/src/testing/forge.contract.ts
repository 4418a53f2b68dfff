import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { taskIdFrom } from '@drydock/domain';
import type { ForgeSession, NewPullRequest } from '../ports/forge.ts';

/** What a pull request looks like to whoever reads it at the forge. */
export interface ForgeLook {
  readonly title: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
}

/** A forge with one repository, that has one commit on `main`, and a credential that may push there. */
export interface ForgeUnderTest {
  readonly session: (options?: {
    readonly signal?: AbortSignal;
    readonly isEmpty?: boolean;
  }) => Promise<ForgeSession>;
  /** One with a credential that is refused, that may read only, and for a repository that does not exist. */
  readonly refused: () => Promise<ForgeSession>;
  readonly reader: () => Promise<ForgeSession>;
  readonly nowhere: () => Promise<ForgeSession>;
  /** Puts a commit on top of a branch; a new branch starts at `main`. @returns its id. */
  readonly commit: (branch: string) => Promise<string>;
  /** A person that a review may be asked of. */
  readonly knows: (person: string) => void;
  readonly archive: () => void;
  readonly end: (number: number, state: 'closed' | 'merged') => void;
  /** The next pull request is opened, and the answer to it is lost. */
  readonly loseNextAnswer: () => void;
  readonly pullRequests: () => readonly ForgeLook[];
  /** Whether the newest verdict at a commit is a good one; null: there is none. */
  readonly verdict: (commit: string) => boolean | null;
  /** How many verdicts a commit shows. */
  readonly verdictCount: (commit: string) => number;
  readonly close: () => Promise<void>;
}

const TASK = taskIdFrom(0, new Uint8Array(16));
const BRANCH = 'drydock/task_1';
const ORDER: NewPullRequest = {
  head: BRANCH,
  base: 'main',
  title: 'Fix the rounding',
  body: 'What and why',
  draft: true,
  maintainerCanModify: true,
};

/** Promises of `ForgeSession`, for every adapter of it. */
export const forgeContract = (name: string, make: () => Promise<ForgeUnderTest>): void => {
  describe(`Forge contract: ${name}`, () => {
    let forge: ForgeUnderTest;
    let session: ForgeSession;
    beforeEach(async () => {
      forge = await make();
      session = await forge.session();
    });
    afterEach(() => forge.close());

    reading(
      () => forge,
      () => session,
    );
    opening(
      () => forge,
      () => session,
    );
    telling(
      () => forge,
      () => session,
    );
    refusals(() => forge);
  });
};

const reading = (forge: () => ForgeUnderTest, session: () => ForgeSession): void => {
  it('tells what the repository is', async () => {
    expect(await session().facts()).toMatchObject({
      defaultBranch: 'main',
      isArchived: false,
      mayPush: true,
    });
    expect(await (await forge().reader()).facts()).toMatchObject({ mayPush: false });
    const again = await session().facts();
    expect(again.forgeId).toBeGreaterThan(0);
    forge().archive();
    expect(await session().facts()).toEqual({ ...again, isArchived: true });
  });

  it('names the account of the credential as the author of commits, the same each time', async () => {
    const author = await session().author();
    expect(author).toEqual({
      name: expect.any(String),
      email: expect.stringMatching(/^\d+\+.+@users\.noreply\..+/),
    });
    expect(await (await forge().session()).author()).toEqual(author);
  });

  it('knows the tip of a branch, and that there is none', async () => {
    const tip = await forge().commit('main');
    expect(await session().branchTip('main')).toBe(tip);
    expect(await session().branchTip('mai')).toBeNull();
    expect(await session().branchTip('--upload-pack=x')).toBeNull();
    const next = await forge().commit('main');
    expect(await session().branchTip('main')).toBe(next);
  });

  it('counts what a commit lacks of a branch', async () => {
    const from = await forge().commit('main');
    expect(await session().commitsBehind(from, 'main')).toBe(0);
    await forge().commit('main');
    await forge().commit('main');
    expect(await session().commitsBehind(from, 'main')).toBe(2);
    expect(await session().commitsBehind(from, 'gone')).toBeNull();
  });

  it('knows whether a branch holds a commit, at its tip or below', async () => {
    const below = await forge().commit('main');
    const tip = await forge().commit('main');
    const elsewhere = await forge().commit(BRANCH);
    const held = [below, tip, elsewhere, 'ab'.repeat(20)].map((commit) =>
      session().hasCommit('main', commit),
    );
    expect(await Promise.all(held)).toEqual([true, true, false, false]);
    expect(await session().hasCommit('gone', tip)).toBe(false);
  });
};

const opening = (forge: () => ForgeUnderTest, session: () => ForgeSession): void => {
  it('opens one pull request, however often it is asked to', async () => {
    expect(await session().findPullRequest(BRANCH)).toBeNull();
    const headCommit = await forge().commit(BRANCH);
    const opened = await session().openPullRequest(ORDER);
    expect(opened).toMatchObject({ state: 'open', headCommit, baseBranch: 'main' });
    expect(await session().openPullRequest(ORDER)).toEqual(opened);
    expect(await session().findPullRequest(BRANCH)).toEqual(opened);
    expect(await session().findPullRequest('drydock/task')).toBeNull();
    expect(forge().pullRequests()).toEqual([{ title: ORDER.title, draft: true, labels: [], reviewers: [] }]);
  });

  it('finds the one that a lost answer had opened', async () => {
    await forge().commit(BRANCH);
    forge().loseNextAnswer();
    const opened = await session()
      .openPullRequest(ORDER)
      .catch(() => session().openPullRequest(ORDER));
    expect(opened.state).toBe('open');
    expect(forge().pullRequests()).toHaveLength(1);
  });

  it.each(['closed', 'merged'] as const)(
    'shows that one was %s, and the newest of several',
    async (state) => {
      await forge().commit(BRANCH);
      const first = await session().openPullRequest(ORDER);
      forge().end(first.number, state);
      expect(await session().findPullRequest(BRANCH)).toMatchObject({ number: first.number, state });
      const second = await session().openPullRequest(ORDER);
      expect(second.number).not.toBe(first.number);
      expect(await session().findPullRequest(BRANCH)).toEqual(second);
    },
  );

  it.each<[string, Partial<NewPullRequest>, string]>([
    ['a base that does not exist', { base: 'gone' }, 'forge_base_not_found'],
    ['a head that does not exist', { head: 'gone' }, 'forge_refused'],
    ['a head that is the base', { head: 'main' }, 'forge_nothing_to_deliver'],
  ])('refuses %s', async (_what, change, code) => {
    await forge().commit(BRANCH);
    await expect(session().openPullRequest({ ...ORDER, ...change })).rejects.toMatchObject({ code });
    expect(forge().pullRequests()).toEqual([]);
  });
};

const telling = (forge: () => ForgeUnderTest, session: () => ForgeSession): void => {
  it('puts on labels and reviewers, and names those that the forge does not take', async () => {
    await forge().commit(BRANCH);
    const { number } = await session().openPullRequest(ORDER);
    forge().knows('ada');
    const wanted = { labels: ['drydock', 'x'.repeat(51)], reviewers: ['nobody-here', 'ada'] };
    const unknown = ['x'.repeat(51), 'nobody-here'];
    expect(await session().decorate(number, wanted)).toEqual({ unknown });
    expect(await session().decorate(number, wanted)).toEqual({ unknown });
    expect(await session().decorate(number, { labels: [], reviewers: [] })).toEqual({ unknown: [] });
    expect(forge().pullRequests()).toEqual([
      { title: ORDER.title, draft: true, labels: ['drydock'], reviewers: ['ada'] },
    ]);
  });

  it('shows one verdict of the task at the commit, the newest, however often it is told', async () => {
    const commit = await forge().commit(BRANCH);
    const verdict = { commit, taskId: TASK, summary: 'npm test failed', detailsUrl: null, mayBeShown: true };
    expect(forge().verdict(commit)).toBeNull();
    await session().report({ ...verdict, mayBeShown: false, isPassed: false });
    expect(forge().verdict(commit)).toBe(false);
    for (const isPassed of [false, true, true]) await session().report({ ...verdict, isPassed });
    expect(forge().verdict(commit)).toBe(true);
    expect(forge().verdictCount(commit)).toBe(1);
  });

  it('shows a verdict that an earlier try could not', async () => {
    const commit = await forge().commit(BRANCH);
    const verdict = { commit, taskId: TASK, summary: 'passed', detailsUrl: null, mayBeShown: true };
    await session().report({ ...verdict, isPassed: true });
    expect(forge().verdict(commit)).toBe(true);
    expect(forge().verdictCount(commit)).toBe(1);
  });
};

const refusals = (forge: () => ForgeUnderTest): void => {
  const verdictAt = (commit: string) => ({
    commit,
    taskId: TASK,
    isPassed: true,
    summary: 'all passed',
    detailsUrl: 'https://drydock.example.com/tasks/1',
    mayBeShown: false,
  });

  it('says that a credential is refused, and that there is no such repository', async () => {
    await expect((await forge().refused()).facts()).rejects.toMatchObject({ code: 'forge_auth_failed' });
    await expect((await forge().nowhere()).facts()).rejects.toMatchObject({
      code: 'forge_repository_not_found',
    });
  });

  it('says that a repository is empty', async () => {
    const empty = await forge().session({ isEmpty: true });
    const code = 'forge_repository_empty';
    await expect(empty.branchTip('main')).rejects.toMatchObject({ code });
    await expect(empty.commitsBehind('c0'.repeat(20), 'main')).rejects.toMatchObject({ code });
  });

  it.each([
    ['a credential that may read only', 'forge_permission_missing'],
    ['an archived repository', 'forge_repository_archived'],
  ])('writes nothing with %s', async (what, code) => {
    const commit = await forge().commit(BRANCH);
    const isArchived = what.includes('archived');
    if (isArchived) forge().archive();
    const session = isArchived ? await forge().session() : await forge().reader();
    await expect(session.openPullRequest(ORDER)).rejects.toMatchObject({ code });
    await expect(session.report(verdictAt(commit))).rejects.toMatchObject({ code });
    expect(forge().pullRequests()).toEqual([]);
    expect(forge().verdict(commit)).toBeNull();
  });

  it('does nothing once the signal has fired', async () => {
    await forge().commit(BRANCH);
    const controller = new AbortController();
    const session = await forge().session({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(session.openPullRequest(ORDER)).rejects.toThrow('enough');
    expect(forge().pullRequests()).toEqual([]);
  });
};
