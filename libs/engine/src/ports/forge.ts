import type { TaskId } from '@drydock/domain';

/** A repository at the forge, as its URLs name it. */
export interface ForgeRepository {
  readonly owner: string;
  readonly name: string;
}

/**
 * What a credential is for; the forge mints it with no more rights than that needs. `deliver_workflows` may also push what
 * runs at the forge, such as `.github/workflows/`; `converse` may answer people on issues and pull requests.
 */
export type ForgePurpose = 'read' | 'deliver' | 'deliver_workflows' | 'converse';

/** What the forge says of a repository to the credential that asks. */
export interface RepositoryFacts {
  /** The forge's own id: it outlives a rename. */
  readonly forgeId: number;
  readonly fullName: string;
  readonly defaultBranch: string;
  readonly isArchived: boolean;
  readonly mayPush: boolean;
}

export interface NewPullRequest {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  /** Commit that its branch is on. */
  readonly headCommit: string;
  readonly baseBranch: string;
}

/** Whom a commit is by. */
export interface GitPerson {
  readonly name: string;
  readonly email: string;
}

/** Verdict of the verify commands, shown at the commit: a check run for an App, a commit status for a token. */
export interface CommitVerdict {
  readonly commit: string;
  readonly taskId: TaskId;
  readonly isPassed: boolean;
  /** One line. */
  readonly summary: string;
  readonly detailsUrl: string | null;
  /** An earlier try may have shown it: it is looked for then, and changed. */
  readonly mayBeShown: boolean;
}

/** How a token is asked for. */
export interface TokenWish {
  /** The task's write-only token, which wins; null: it brought none. */
  readonly own: string | null;
  readonly signal: AbortSignal;
}

/**
 * One repository with one credential. Every method throws AppError with a `forge_…` code and a message that says what to
 * change; `retryAfterSeconds` is set where the forge said when to come back (rate limits, outages).
 */
export interface ForgeSession {
  facts(): Promise<RepositoryFacts>;
  /** The account that this credential acts as; null: the forge does not say. */
  author(): Promise<GitPerson | null>;
  /** Commit at the tip of a branch; null when there is no such branch. */
  branchTip(branch: string): Promise<string | null>;
  /** How many commits of `branch` the commit `from` lacks; null when there is no such branch. */
  commitsBehind(from: string, branch: string): Promise<number | null>;
  /** Whether the branch holds the commit, at its tip or below; false also when one of the two is not there. */
  hasCommit(branch: string, commit: string): Promise<boolean>;
  /** The pull request from this branch, open or not, the newest first; null when there is none. */
  findPullRequest(headBranch: string): Promise<PullRequest | null>;
  /** Opens one, or finds the one that a lost answer had opened. */
  openPullRequest(request: NewPullRequest): Promise<PullRequest>;
  /** Both may be told again. Labels and people that the forge does not know are no error: their names are returned. */
  decorate(
    number: number,
    wanted: { readonly labels: readonly string[]; readonly reviewers: readonly string[] },
  ): Promise<{ readonly unknown: readonly string[] }>;
  /** One verdict per task at a commit, however often it is told. */
  report(verdict: CommitVerdict): Promise<void>;
}

/** A code host with pull requests. */
export interface Forge {
  /** Null: the URL is not of this forge. */
  repositoryOf(gitUrl: string): ForgeRepository | null;
  /**
   * A token for git and for the forge's API: the task's own, else an installation's or the operator's. Null: none is
   * configured. Throws AppError `forge_…`, and the reason of the signal once that has fired.
   */
  token(repository: ForgeRepository, purpose: ForgePurpose, wish: TokenWish): Promise<string | null>;
  open(repository: ForgeRepository, token: string, signal: AbortSignal): ForgeSession;
}
