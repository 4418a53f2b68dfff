import type { ForgeRepository } from './forge.ts';

/** What an account may do in a repository, as the forge says when it is asked; `write` and more may start tasks. */
export type ForgePermission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** A pull request, whoever opened it. */
export interface PullRequestFacts {
  readonly number: number;
  readonly state: 'open' | 'closed' | 'merged';
  readonly title: string;
  readonly headBranch: string;
  readonly headCommit: string;
  /** `owner/name` of where its branch is; null: that repository is gone. Another name than the asked one: a fork. */
  readonly headRepository: string | null;
  readonly baseBranch: string;
}

/** One remark of a review. Texts may be by anybody. */
export interface ReviewRemark {
  readonly id: number;
  readonly author: string;
  readonly path: string;
  /** In the new file; null: on the file as a whole, or on lines that are gone. */
  readonly line: number | null;
  /** The piece of the diff that it stands at. */
  readonly hunk: string;
  readonly text: string;
  /** When it was written or last edited, by the code host's clock. */
  readonly changedAt: Date;
}

/** What a reaction is put on. An issue and a pull request count by their number, the others by their id. */
export interface ReactionTarget {
  readonly kind: 'issue' | 'comment' | 'review_comment';
  readonly id: number;
}

export type Reaction = 'eyes' | 'rocket' | 'confused' | '-1' | '+1';

/**
 * What people say in one repository, and what is said to them, with one credential. Methods throw as those of
 * `ForgeSession` do. Whatever adds something may be told again after a lost answer.
 */
export interface ForgeConversation {
  /** Login of the account that this credential speaks for; an App's ends in `[bot]`. */
  self(): Promise<string>;
  /** Asked of the forge, never taken from an event. `none` for an account that does not exist. */
  permissionOf(login: string): Promise<ForgePermission>;
  /** Null: there is no pull request of that number. */
  pullRequest(number: number): Promise<PullRequestFacts | null>;
  /** Whether that review asks for changes; false also when it is gone. */
  asksForChanges(number: number, reviewId: number): Promise<boolean>;
  /** Remarks of one review, or of all of them, oldest first, at most 200. */
  remarks(number: number, reviewId: number | null): Promise<readonly ReviewRemark[]>;
  /** The reaction's id; the one that is there already when it is. */
  react(target: ReactionTarget, reaction: Reaction): Promise<number>;
  /** A new comment on an issue or a pull request; its id. */
  comment(number: number, body: string): Promise<number>;
  /** False: the comment is gone. */
  editComment(id: number, body: string): Promise<boolean>;
  /** Id of the newest comment of our own that holds `mark`, for whoever lost the answer to `comment`; null: none. */
  findComment(number: number, mark: string): Promise<number | null>;
}

/** A forge that people can talk to us at. */
export interface ForgeConversations {
  converse(repository: ForgeRepository, token: string, signal: AbortSignal): ForgeConversation;
}
