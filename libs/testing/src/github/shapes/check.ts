import type { CheckRunState, StatusState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { nodeId } from './links.ts';
import type { PullRequestContext } from './pull-request.ts';
import { simpleUser } from './user.ts';

export const checkRun = (
  one: CheckRunState,
  { repository, links }: PullRequestContext,
): Schema<'check-run'> => {
  const { api, web } = links.repository(repository);
  const url = `${api}/check-runs/${String(one.id)}`;
  return {
    id: one.id,
    head_sha: one.commit,
    node_id: nodeId('CheckRun', one.id),
    external_id: one.externalId,
    url,
    html_url: `${web}/runs/${String(one.id)}`,
    details_url: one.detailsUrl,
    status: one.status,
    conclusion: one.conclusion,
    started_at: one.at,
    completed_at: one.status === 'completed' ? one.at : null,
    output: {
      title: one.title,
      summary: one.summary,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    name: one.name,
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
  };
};

export const commitStatus = (
  one: StatusState,
  { repository, state, links }: PullRequestContext,
): Schema<'status'> => ({
  url: `${links.repository(repository).api}/statuses/${one.commit}`,
  avatar_url: null,
  id: one.id,
  node_id: nodeId('Status', one.id),
  state: one.state,
  description: one.description,
  target_url: one.targetUrl,
  context: one.context,
  created_at: one.at,
  updated_at: one.at,
  creator: simpleUser(one.author, state, links),
});
