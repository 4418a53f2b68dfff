import type { TeamId } from '@drydock/domain';
import type { GitPerson } from './forge.ts';

/** One commit to be made from a stored patch and pushed. The same values always give the same commit id. */
export interface BranchRequest {
  readonly teamId: TeamId;
  readonly url: string;
  readonly token: string | null;
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** Commit that the branch must be on when it is pushed to; null: it may be missing, or on any forerunner of the commit. */
  readonly expectedTip: string | null;
  /** Parent of the commit, and what the patch applies to. */
  readonly baseCommit: string;
  /** Tree that the patch must give, as collect computed it: anything else is `patch_not_exact`. */
  readonly tree: string;
  readonly patch: AsyncIterable<Uint8Array>;
  readonly message: string;
  readonly author: GitPerson;
  readonly at: Date;
}

/** Told as each is done, for crash points and the log. */
export type PublishStep = 'fetched' | 'tree' | 'commit';

export interface Published {
  readonly commit: string;
  /** Paths that the commit adds, changes or deletes, as bytes in Latin-1, so that any path can be compared. */
  readonly paths: readonly string[];
}

/**
 * Pushes by git plumbing on the host, in a store of its own that never saw the agent's directory. The push never forces; a
 * branch that is on the very commit already is success.
 */
export interface BranchPublisher {
  /**
   * The commit, not pushed yet, with what it touches. Throws `patch_not_exact`, `forge_auth_failed`, `forge_refused` for what
   * is no name of a branch, and `source_…` for a remote that cannot be reached or no longer has the base.
   */
  prepare(
    request: BranchRequest,
    onStep: (step: PublishStep) => void,
    signal: AbortSignal,
  ): Promise<PreparedBranch>;
}

export interface PreparedBranch extends Published {
  /**
   * Throws `forge_branch_taken` when the branch has commits that this one lacks or is not where it was expected, `forge_branch_protected` when a rule of the
   * server refuses it, `forge_permission_missing`, `forge_auth_failed`, `forge_repository_archived`, `forge_refused`, and
   * `source_…` as above.
   */
  push(signal: AbortSignal): Promise<void>;
  /** Removes the store. Idempotent. */
  close(): Promise<void>;
}
