import type { GithubState } from '../github-state.ts';
import type { IssueState, PullState, RepositoryState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { label } from './label.ts';
import { nodeId, type Links } from './links.ts';
import { repository as repositoryShape } from './repository.ts';
import { team } from './team.ts';
import { simpleUser } from './user.ts';

export type PullRequestState = IssueState & { readonly pull: PullState };

export interface PullRequestContext {
  readonly repository: RepositoryState;
  readonly state: GithubState;
  readonly links: Links;
}

const addressesOf = (api: string, web: string, number: number) => {
  const [pull, issue] = [`${api}/pulls/${String(number)}`, `${api}/issues/${String(number)}`];
  const page = `${web}/pull/${String(number)}`;
  return {
    url: pull,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${pull}/commits`,
    review_comments_url: `${pull}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
  };
};

/** Head or base: a branch of a repository. */
const side = (ref: string, sha: string, { repository, state, links }: PullRequestContext) => ({
  label: `${repository.owner}:${ref}`,
  ref,
  sha,
  repo: repositoryShape(repository, state, links),
  user: simpleUser(repository.owner, state, links),
});

type Side = ReturnType<typeof side>;
/** The two shapes of a pull request differ in what may be null. */
interface Sure {
  state: 'open' | 'closed';
  user: Schema<'simple-user'>;
  head: Side;
  base: Side;
}
type PullRequestSimple = Schema<'pull-request-simple'> & Sure;

/** As lists show it. */
export const pullRequestSimple = async (
  one: PullRequestState,
  context: PullRequestContext,
): Promise<PullRequestSimple> => {
  const { repository, state, links } = context;
  const { api, web } = links.repository(repository);
  const addresses = addressesOf(api, web, one.number);
  const { fork = repository } = one.pull;
  const tip = one.state === 'open' ? await fork.git.tip(one.pull.head) : null;
  const head = tip ?? one.pull.headCommit;
  const base = (await repository.git.tip(one.pull.base)) ?? head;
  const statuses_url = `${api}/statuses/${head}`;
  const link = (href: string) => ({ href });
  return {
    ...addresses,
    statuses_url,
    id: one.id,
    node_id: nodeId('PullRequest', one.id),
    number: one.number,
    state: one.state,
    locked: false,
    title: one.title,
    body: one.body,
    user: simpleUser(one.author, state, links),
    labels: [...one.labels].map((name) => label(name, repository, links)),
    milestone: null,
    created_at: one.createdAt,
    updated_at: one.closedAt ?? one.createdAt,
    closed_at: one.closedAt,
    merged_at: one.pull.mergedAt,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [...one.pull.reviewers].map((login) => simpleUser(login, state, links)),
    requested_teams: [...one.pull.teams].map((slug) => team(slug, repository.owner, links)),
    head: side(one.pull.head, head, { ...context, repository: fork }),
    base: side(one.pull.base, base, context),
    _links: {
      comments: link(addresses.comments_url),
      commits: link(addresses.commits_url),
      statuses: link(statuses_url),
      html: link(addresses.html_url),
      issue: link(addresses.issue_url),
      review_comments: link(addresses.review_comments_url),
      review_comment: link(addresses.review_comment_url),
      self: link(addresses.url),
    },
    author_association: 'NONE',
    auto_merge: null,
    draft: one.pull.draft,
  };
};

/** As it is shown alone. */
export const pullRequest = async (
  one: PullRequestState,
  context: PullRequestContext,
): Promise<Schema<'pull-request'>> => {
  const simple = await pullRequestSimple(one, context);
  return {
    ...simple,
    merged: one.pull.mergedAt !== null,
    mergeable: true,
    mergeable_state: 'clean',
    merged_by: null,
    comments: one.comments.length,
    review_comments: one.pull.reviewComments.length,
    maintainer_can_modify: one.pull.maintainerCanModify,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
};
