import { type Schema } from './wire-types.ts';
import { GitStore } from './git-store.ts';

export type Level = 'admin' | 'write' | 'read' | 'none';
export type ReactionContent = Schema<'reaction'>['content'];

export interface CommentState {
  readonly id: number;
  readonly author: string;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
}

/** A comment on a line of a pull request. */
export interface ReviewCommentState extends CommentState {
  readonly reviewId: number;
  readonly path: string;
  readonly line: number;
  readonly hunk: string;
  readonly commit: string;
}

export interface ReviewState {
  readonly id: number;
  readonly author: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly body: string;
  readonly commit: string;
  readonly at: string;
}

/** What makes an issue a pull request. */
export interface PullState {
  readonly head: string;
  /** Where the branch is when it is not in the repository itself. */
  readonly fork?: RepositoryState;
  readonly maintainerCanModify: boolean;
  base: string;
  draft: boolean;
  /** Of the head when it was last open: a branch may be removed later. */
  headCommit: string;
  mergedAt: string | null;
  readonly reviewers: Set<string>;
  readonly teams: Set<string>;
  readonly reviews: ReviewState[];
  readonly reviewComments: ReviewCommentState[];
}

type NewPullState = Pick<PullState, 'head' | 'base' | 'headCommit'> &
  Partial<Pick<PullState, 'fork' | 'draft' | 'maintainerCanModify'>>;

/** One that was just opened: nobody has looked at it. */
export const newPull = (opened: NewPullState): PullState => ({
  draft: false,
  maintainerCanModify: false,
  mergedAt: null,
  reviewers: new Set(),
  teams: new Set(),
  reviews: [],
  reviewComments: [],
  ...opened,
});

/** An issue or, with `pull`, a pull request: the two share their numbers. */
export interface IssueState {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly createdAt: string;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  closedAt: string | null;
  readonly labels: Set<string>;
  readonly assignees: Set<string>;
  readonly comments: CommentState[];
  readonly pull: PullState | null;
}

export interface ReactionState {
  readonly id: number;
  readonly author: string;
  readonly content: ReactionContent;
  /** `issue 4`, `comment 12` or `review comment 12`. */
  readonly on: string;
  readonly at: string;
}

export interface CheckRunState {
  readonly id: number;
  readonly commit: string;
  readonly name: string;
  externalId: string | null;
  detailsUrl: string | null;
  status: Schema<'check-run'>['status'];
  conclusion: Schema<'check-run'>['conclusion'];
  title: string | null;
  summary: string | null;
  readonly at: string;
}

export interface StatusState {
  readonly id: number;
  readonly commit: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly author: string;
  readonly at: string;
}

export interface RepositoryOptions {
  readonly isPrivate?: boolean;
  readonly defaultBranch?: string;
}

/** One repository. A test may change and read whatever is public. */
export class RepositoryState {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly createdAt = new Date().toISOString();
  readonly git: GitStore;
  isPrivate: boolean;
  isArchived = false;
  defaultBranch: string;
  readonly collaborators = new Map<string, Level>();
  readonly teams = new Set<string>();
  readonly issues: IssueState[] = [];
  /** Names of all labels; putting on one that is missing makes it. */
  readonly labels = new Map<string, number>();
  readonly reactions: ReactionState[] = [];
  readonly checkRuns: CheckRunState[] = [];
  readonly statuses: StatusState[] = [];

  constructor(
    { id, owner, name, gitDirectory }: { id: number; owner: string; name: string; gitDirectory: string },
    { isPrivate = true, defaultBranch = 'main' }: RepositoryOptions,
  ) {
    this.id = id;
    this.owner = owner;
    this.name = name;
    this.isPrivate = isPrivate;
    this.defaultBranch = defaultBranch;
    this.git = new GitStore(gitDirectory);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  get pulls(): (IssueState & { readonly pull: PullState })[] {
    return this.issues.filter((issue): issue is IssueState & { pull: PullState } => issue.pull !== null);
  }

  levelOf(login: string): Level {
    return this.collaborators.get(login.toLowerCase()) ?? (this.isPrivate ? 'none' : 'read');
  }
}
