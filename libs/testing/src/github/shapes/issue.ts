import type { CommentState, IssueState, ReactionState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { label } from './label.ts';
import { nodeId } from './links.ts';
import type { PullRequestContext } from './pull-request.ts';
import { simpleUser } from './user.ts';

export const issue = (one: IssueState, { repository, state, links }: PullRequestContext): Schema<'issue'> => {
  const { api, web } = links.repository(repository);
  const url = `${api}/issues/${String(one.number)}`;
  const page = `${web}/${one.pull === null ? 'issues' : 'pull'}/${String(one.number)}`;
  const shape: Schema<'issue'> = {
    id: one.id,
    node_id: nodeId('Issue', one.id),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: one.number,
    state: one.state,
    title: one.title,
    body: one.body,
    user: simpleUser(one.author, state, links),
    labels: [...one.labels].map((name) => label(name, repository, links)),
    assignee: null,
    assignees: [...one.assignees].map((login) => simpleUser(login, state, links)),
    milestone: null,
    locked: false,
    comments: one.comments.length,
    closed_at: one.closedAt,
    created_at: one.createdAt,
    updated_at: one.closedAt ?? one.createdAt,
    author_association: 'NONE',
  };
  if (one.pull === null) return shape;
  const pull = `${api}/pulls/${String(one.number)}`;
  const addresses = { url: pull, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` };
  return { ...shape, pull_request: { ...addresses, merged_at: one.pull.mergedAt } };
};

export const issueComment = (
  one: CommentState,
  on: IssueState,
  { repository, state, links }: PullRequestContext,
): Schema<'issue-comment'> => {
  const { api, web } = links.repository(repository);
  return {
    id: one.id,
    node_id: nodeId('IssueComment', one.id),
    url: `${api}/issues/comments/${String(one.id)}`,
    html_url: `${web}/issues/${String(on.number)}#issuecomment-${String(one.id)}`,
    issue_url: `${api}/issues/${String(on.number)}`,
    body: one.body,
    user: simpleUser(one.author, state, links),
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    author_association: 'NONE',
  };
};

export const reaction = (one: ReactionState, { state, links }: PullRequestContext): Schema<'reaction'> => ({
  id: one.id,
  node_id: nodeId('Reaction', one.id),
  user: simpleUser(one.author, state, links),
  content: one.content,
  created_at: one.at,
});
