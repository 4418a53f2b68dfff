import { createHash } from 'node:crypto';
import { AppError, isGitRef } from '@drydock/domain';
import type {
  BranchPublisher,
  BranchRequest,
  PreparedBranch,
  PublishStep,
} from '../ports/branch-publisher.ts';

const commitId = ({ baseCommit, tree, message, author, at }: BranchRequest): string =>
  createHash('sha1')
    .update(JSON.stringify([baseCommit, tree, message, author, Math.floor(at.getTime() / 1000)]))
    .digest('hex');

const key = (url: string, branch: string): string => `${url} ${branch}`;

const drain = async (patch: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const piece of patch) void piece;
};

/** Repositories as branches and parents, in memory; what a patch gives and touches is what the test says. */
export class FakeBranchPublisher implements BranchPublisher {
  /** All that `prepare` was asked for, in order. */
  readonly requests: BranchRequest[] = [];
  /** Pushes that moved a branch, in order. */
  readonly pushes: { readonly url: string; readonly branch: string; readonly commit: string }[] = [];
  /** What every commit touches. */
  paths: readonly string[] = ['src/cart.ts'];
  /** What every patch gives; null: what the request says. */
  tree: string | null = null;
  /** The only credential that the server accepts; undefined: any. */
  token: string | null | undefined = undefined;
  /** Branches that the server lets nobody push to. */
  readonly protectedBranches = new Set<string>();
  /** Thrown by the next calls, one each, before they do anything. */
  readonly prepareErrors: Error[] = [];
  readonly pushErrors: Error[] = [];
  /** So many of the next pushes take effect, and fail nevertheless. */
  lostAnswers = 0;
  /** Prepared and not closed. */
  openStores = 0;
  readonly #tips = new Map<string, string>();
  readonly #parents = new Map<string, string>();

  /** Commit at the tip of a branch, or null. */
  tip(url: string, branch: string): string | null {
    return this.#tips.get(key(url, branch)) ?? null;
  }

  /** Whether a branch has a commit, at its tip or below. */
  holds(url: string, branch: string, commit: string): boolean {
    const tip = this.tip(url, branch);
    return tip !== null && this.#descends(tip, commit);
  }

  /** Somebody removes a branch, such as after its merge. */
  removeBranch(url: string, branch: string): void {
    this.#tips.delete(key(url, branch));
  }

  /** Somebody else pushes a commit to a branch, on top of what is there. @returns its id. */
  commitByOthers(url: string, branch: string): string {
    const parent = this.tip(url, branch);
    const commit = createHash('sha1')
      .update(`others ${String(parent)} ${String(this.#parents.size)}`)
      .digest('hex');
    this.#parents.set(commit, parent ?? '');
    this.#tips.set(key(url, branch), commit);
    return commit;
  }

  async prepare(
    request: BranchRequest,
    onStep: (step: PublishStep) => void,
    signal: AbortSignal,
  ): Promise<PreparedBranch> {
    this.requests.push(request);
    signal.throwIfAborted();
    const error = this.prepareErrors.shift();
    if (error !== undefined) throw error;
    if (!isGitRef(request.branch)) throw new AppError('forge_refused', 'That is no name of a branch.');
    if (this.token !== undefined && request.token !== this.token)
      throw new AppError('forge_auth_failed', 'The code host refused the credential.');
    onStep('fetched');
    await drain(request.patch);
    if (this.tree !== null && this.tree !== request.tree)
      throw new AppError('patch_not_exact', `The patch gives the tree ${this.tree}.`);
    onStep('tree');
    const commit = commitId(request);
    onStep('commit');
    this.#parents.set(commit, request.baseCommit);
    this.openStores += 1;
    let isOpen = true;
    return {
      commit,
      paths: this.paths,
      push: async (pushSignal) => {
        await Promise.resolve();
        pushSignal.throwIfAborted();
        this.#push(request, commit);
      },
      close: () => {
        if (isOpen) this.openStores -= 1;
        isOpen = false;
        return Promise.resolve();
      },
    };
  }

  #push({ url, branch, expectedTip }: BranchRequest, commit: string): void {
    const error = this.pushErrors.shift();
    if (error !== undefined) throw error;
    const tip = this.tip(url, branch);
    if (tip !== commit) {
      if (this.protectedBranches.has(branch))
        throw new AppError('forge_branch_protected', `A rule of the repository refuses ${branch}.`);
      const isElsewhere =
        expectedTip === null ? tip !== null && !this.#descends(commit, tip) : tip !== expectedTip;
      if (isElsewhere) throw new AppError('forge_branch_taken', `The branch ${branch} has other commits.`);
      this.#tips.set(key(url, branch), commit);
      this.pushes.push({ url, branch, commit });
    }
    if (this.lostAnswers > 0) {
      this.lostAnswers -= 1;
      throw new AppError('source_unreachable', 'The connection was cut.');
    }
  }

  #descends(commit: string, ancestor: string): boolean {
    for (let at: string | undefined = commit; at !== undefined; at = this.#parents.get(at))
      if (at === ancestor) return true;
    return false;
  }
}
