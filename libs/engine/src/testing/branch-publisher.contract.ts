import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BranchPublisher, BranchRequest, PreparedBranch } from '../ports/branch-publisher.ts';

/** A publisher with a repository at a server, which has neither of the branches that the tests push to. */
export interface PublisherUnderTest {
  readonly publisher: BranchPublisher;
  /** What `request` touches. */
  readonly paths: readonly string[];
  /** One that fits the repository, with a patch that was not read yet. */
  request(more?: Partial<BranchRequest>): BranchRequest;
  /** One more change, on top of the commit that `request` gives, to the same branch. */
  followUp(commit: string): BranchRequest;
  /** Commit at the tip of a branch at the server, or null. */
  tip(branch: string): Promise<string | null>;
  /** Somebody else adds a commit to a branch; its id. */
  commitByOthers(branch: string): Promise<string>;
  /** The server lets nobody push to the branch from now on. */
  protect(branch: string): void;
  /** How many stores are there. */
  openStores(): number;
}

const never = new AbortController().signal;
const ignore = (): void => undefined;
const OTHER_TREE = 'ab'.repeat(20);

const prepared = (under: PublisherUnderTest, request: BranchRequest): Promise<PreparedBranch> =>
  under.publisher.prepare(request, ignore, never);

/** Prepares, pushes and closes. @returns the commit. */
const published = async (under: PublisherUnderTest, request: BranchRequest): Promise<string> => {
  const branch = await prepared(under, request);
  try {
    await branch.push(never);
    return branch.commit;
  } finally {
    await branch.close();
  }
};

const preparing = (under: () => PublisherUnderTest): void => {
  it('makes the commit, tells each step, and pushes nothing yet', async () => {
    const steps: string[] = [];
    const request = under().request();
    const branch = await under().publisher.prepare(request, (step) => steps.push(step), never);
    expect(steps).toEqual(['fetched', 'tree', 'commit']);
    expect(branch.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(branch.paths).toEqual(under().paths);
    expect(await under().tip(request.branch)).toBeNull();
    expect(under().openStores()).toBe(1);
    await branch.close();
    await branch.close();
    expect(under().openStores()).toBe(0);
  });

  it('makes the same commit of the same request, and another of any other', async () => {
    const requests = [
      {},
      { at: new Date(1_700_000_000_999) },
      { at: new Date(1_700_000_001_000) },
      { message: 'another' },
      { author: { name: 'Somebody', email: 'else@example.com' } },
    ];
    const commits = [];
    for (const more of requests) {
      const at = new Date(1_700_000_000_000);
      const branch = await prepared(under(), under().request({ at, ...more }));
      commits.push(branch.commit);
      await branch.close();
    }
    expect(commits[1]).toBe(commits[0]);
    expect(new Set(commits).size).toBe(requests.length - 1);
  });

  it('refuses a patch that gives another tree, and keeps no store', async () => {
    const request = under().request({ tree: OTHER_TREE });
    await expect(prepared(under(), request)).rejects.toMatchObject({ code: 'patch_not_exact' });
    expect(under().openStores()).toBe(0);
  });

  it('refuses a wrong credential, and keeps no store', async () => {
    const request = under().request({ token: 'ghp_wrong' });
    await expect(prepared(under(), request)).rejects.toMatchObject({ code: 'forge_auth_failed' });
    expect(under().openStores()).toBe(0);
  });

  it.each(['--upload-pack=touch /tmp/dd-pwned', '-x', '+main', 'a:b', 'a..b', 'a\nb', '@{u}', ''])(
    'refuses the branch name %j',
    async (branch) => {
      const request = under().request({ branch });
      await expect(prepared(under(), request)).rejects.toMatchObject({ code: 'forge_refused' });
      expect(under().openStores()).toBe(0);
    },
  );

  it('ends at its signal or where a step fails, and keeps no store', async () => {
    const reason = new Error('over');
    const begin = (onStep: () => void, signal: AbortSignal): Promise<PreparedBranch> =>
      under().publisher.prepare(under().request(), onStep, signal);
    await expect(begin(ignore, AbortSignal.abort(reason))).rejects.toBe(reason);
    const failing = begin(() => {
      throw reason;
    }, never);
    await expect(failing).rejects.toBe(reason);
    expect(under().openStores()).toBe(0);
  });
};

const pushing = (under: () => PublisherUnderTest): void => {
  it('puts the branch on the commit, and finds it there when it comes again', async () => {
    const { branch } = under().request();
    const commit = await published(under(), under().request());
    expect(await under().tip(branch)).toBe(commit);
    expect(await published(under(), under().request())).toBe(commit);
    expect(await under().tip(branch)).toBe(commit);
  });

  it('adds a commit to its own branch', async () => {
    const { branch } = under().request();
    const first = await published(under(), under().request());
    const second = await published(under(), under().followUp(first));
    expect(second).not.toBe(first);
    expect(await under().tip(branch)).toBe(second);
  });

  it('moves no branch that has another commit', async () => {
    const { branch } = under().request();
    const commit = await published(under(), under().request());
    const other = published(under(), under().request({ message: 'another' }));
    await expect(other).rejects.toMatchObject({ code: 'forge_branch_taken' });
    expect(await under().tip(branch)).toBe(commit);
  });

  it('takes nothing away that somebody else pushed in between', async () => {
    const { branch } = under().request();
    const first = await published(under(), under().request());
    const followUp = await prepared(under(), under().followUp(first));
    const theirs = await under().commitByOthers(branch);
    await expect(followUp.push(never)).rejects.toMatchObject({ code: 'forge_branch_taken' });
    await followUp.close();
    expect(await under().tip(branch)).toBe(theirs);
    const again = published(under(), under().request());
    await expect(again).rejects.toMatchObject({ code: 'forge_branch_taken' });
    expect(await under().tip(branch)).toBe(theirs);
  });

  it('adds to a branch that is where it was expected, and finds its commit there when it comes again', async () => {
    const { branch } = under().request();
    const first = await published(under(), under().request());
    const adding = () => ({ ...under().followUp(first), expectedTip: first });
    const second = await published(under(), adding());
    expect(await published(under(), adding())).toBe(second);
    expect(await under().tip(branch)).toBe(second);
  });

  it('adds to no branch that is elsewhere, and makes none that is gone', async () => {
    const { branch } = under().request();
    const first = await published(under(), under().request());
    const adding = { ...under().followUp(first), expectedTip: first, branch: 'drydock/removed' };
    await expect(published(under(), adding)).rejects.toMatchObject({ code: 'forge_branch_taken' });
    expect(await under().tip('drydock/removed')).toBeNull();
    const theirs = await under().commitByOthers(branch);
    const late = published(under(), { ...under().followUp(first), expectedTip: first });
    await expect(late).rejects.toMatchObject({ code: 'forge_branch_taken' });
    expect(await under().tip(branch)).toBe(theirs);
  });

  it('says so when a rule of the server refuses the branch', async () => {
    const { branch } = under().request();
    under().protect(branch);
    const push = published(under(), under().request());
    await expect(push).rejects.toMatchObject({ code: 'forge_branch_protected' });
    expect(await under().tip(branch)).toBeNull();
  });

  it('does not begin once aborted', async () => {
    const reason = new Error('over');
    const request = under().request();
    const branch = await prepared(under(), request);
    await expect(branch.push(AbortSignal.abort(reason))).rejects.toBe(reason);
    await branch.close();
    expect(await under().tip(request.branch)).toBeNull();
  });
};

/** Promises of `BranchPublisher`, for every adapter of it. */
export const branchPublisherContract = (name: string, make: () => Promise<PublisherUnderTest>): void => {
  describe(`BranchPublisher contract: ${name}`, () => {
    let under: PublisherUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    preparing(() => under);
    pushing(() => under);
  });
};
