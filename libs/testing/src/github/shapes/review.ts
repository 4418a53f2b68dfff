import type { IssueState, ReviewCommentState, ReviewState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { nodeId } from './links.ts';
import type { PullRequestContext } from './pull-request.ts';
import { simpleUser } from './user.ts';

export const review = (
  one: ReviewState,
  on: IssueState,
  { repository, state, links }: PullRequestContext,
): Schema<'pull-request-review'> => {
  const { api, web } = links.repository(repository);
  const pull_request_url = `${api}/pulls/${String(on.number)}`;
  const html_url = `${web}/pull/${String(on.number)}#pullrequestreview-${String(one.id)}`;
  return {
    id: one.id,
    node_id: nodeId('PullRequestReview', one.id),
    user: simpleUser(one.author, state, links),
    body: one.body,
    state: one.state,
    html_url,
    pull_request_url,
    _links: { html: { href: html_url }, pull_request: { href: pull_request_url } },
    submitted_at: one.at,
    commit_id: one.commit,
    author_association: 'NONE',
  };
};

export const reviewComment = (
  one: ReviewCommentState,
  on: IssueState,
  { repository, state, links }: PullRequestContext,
): Schema<'pull-request-review-comment'> => {
  const { api, web } = links.repository(repository);
  const url = `${api}/pulls/comments/${String(one.id)}`;
  const pull_request_url = `${api}/pulls/${String(on.number)}`;
  const html_url = `${web}/pull/${String(on.number)}#discussion_r${String(one.id)}`;
  return {
    url,
    pull_request_review_id: one.reviewId,
    id: one.id,
    node_id: nodeId('PullRequestReviewComment', one.id),
    diff_hunk: one.hunk,
    path: one.path,
    line: one.line,
    original_line: one.line,
    side: 'RIGHT',
    commit_id: one.commit,
    original_commit_id: one.commit,
    user: simpleUser(one.author, state, links),
    body: one.body,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    html_url,
    pull_request_url,
    author_association: 'NONE',
    _links: {
      self: { href: url },
      html: { href: html_url },
      pull_request: { href: pull_request_url },
    },
  };
};
