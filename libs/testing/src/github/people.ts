import type { GithubState } from './github-state.ts';
import { pullOf } from './lookups.ts';
import { newPull, type IssueState, type RepositoryState, type ReviewState } from './repository-state.ts';

interface NewIssue {
  readonly author: string;
  readonly title: string;
  readonly body?: string;
  readonly labels?: readonly string[];
}

/** Somebody opens an issue. */
export const openIssue = (
  repository: RepositoryState,
  state: GithubState,
  { author, title, body, labels = [] }: NewIssue,
): IssueState => {
  const issue: IssueState = {
    id: state.nextId(),
    number: repository.issues.length + 1,
    author: state.user(author).login,
    createdAt: new Date().toISOString(),
    title,
    body: body ?? null,
    state: 'open',
    closedAt: null,
    labels: new Set(labels),
    assignees: new Set(),
    comments: [],
    pull: null,
  };
  repository.issues.push(issue);
  return issue;
};

interface NewPull {
  readonly author: string;
  readonly title: string;
  /** A branch that is there. */
  readonly head: string;
  readonly base?: string;
  /** Where `head` is when it is not in the repository itself. */
  readonly fork?: RepositoryState;
}

/** Somebody opens a pull request by hand, from a branch of the repository or of a fork of it. */
export const openPull = async (
  repository: RepositoryState,
  state: GithubState,
  { author, title, head, base = repository.defaultBranch, fork }: NewPull,
): Promise<IssueState> => {
  const headCommit = await (fork ?? repository).git.tip(head);
  if (headCommit === null) throw new Error(`there is no branch ${head}`);
  const pull = newPull({ head, base, headCommit, ...(fork && { fork }) });
  const number = repository.issues.length + 1;
  const opened = { ...openIssue(repository, state, { author, title }), number, pull };
  repository.issues[number - 1] = opened;
  return opened;
};

interface NewReview extends Pick<ReviewState, 'author' | 'state' | 'body'> {
  /** Of the pull request. */
  readonly number: number;
  /** On lines of files. */
  readonly said: readonly {
    readonly path: string;
    readonly line: number;
    readonly hunk: string;
    readonly body: string;
  }[];
}

/** Somebody reviews a pull request, at the commit it is on. */
export const addReview = (
  repository: RepositoryState,
  state: GithubState,
  { number, author, said, ...review }: NewReview,
): ReviewState => {
  const { pull } = pullOf(repository, String(number));
  const at = new Date().toISOString();
  const made = {
    ...review,
    id: state.nextId(),
    author: state.user(author).login,
    commit: pull.headCommit,
    at,
  };
  pull.reviews.push(made);
  for (const one of said)
    pull.reviewComments.push({
      ...one,
      id: state.nextId(),
      author: made.author,
      reviewId: made.id,
      commit: made.commit,
      createdAt: at,
      updatedAt: at,
    });
  return made;
};
