import { notFound } from './refusal.ts';
import type { CommentState, IssueState, RepositoryState } from './repository-state.ts';
import type { PullRequestState } from './shapes/pull-request.ts';

const must = <T>(found: T | undefined): T => {
  if (found === undefined) throw notFound();
  return found;
};

export const issueOf = ({ issues }: RepositoryState, number: string): IssueState =>
  must(issues.find((one) => one.number === Number(number)));

export const pullOf = ({ pulls }: RepositoryState, number: string): PullRequestState =>
  must(pulls.find((one) => one.number === Number(number)));

export const commentOf = (
  { issues }: RepositoryState,
  id: string,
): { readonly issue: IssueState; readonly comment: CommentState } => {
  for (const issue of issues) {
    const comment = issue.comments.find((one) => one.id === Number(id));
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
};

export const reviewCommentOf = ({ pulls }: RepositoryState, id: string) =>
  must(pulls.flatMap(({ pull }) => pull.reviewComments).find((one) => one.id === Number(id)));
