import type { GithubState } from '../github-state.ts';
import type { Level, RepositoryState } from '../repository-state.ts';
import type { Schema } from '../wire-types.ts';
import { nodeId, type Links } from './links.ts';
import { simpleUser } from './user.ts';

const TEMPLATES = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;
const FEATURES = {
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: true,
};
type Templates = { -readonly [K in keyof typeof TEMPLATES]: string };

const templatesOf = (api: string): Templates =>
  Object.fromEntries(Object.entries(TEMPLATES).map(([name, path]) => [name, `${api}${path}`])) as Templates;

const openIssues = ({ issues }: RepositoryState): number =>
  issues.filter(({ state }) => state === 'open').length;

/** As the head and base of pull requests show it. */
export const repository = (one: RepositoryState, state: GithubState, links: Links): Schema<'repository'> => {
  const { api, web } = links.repository(one);
  return {
    ...templatesOf(api),
    id: one.id,
    node_id: nodeId('Repository', one.id),
    name: one.name,
    full_name: one.fullName,
    owner: simpleUser(one.owner, state, links),
    private: one.isPrivate,
    visibility: one.isPrivate ? 'private' : 'public',
    html_url: web,
    url: api,
    git_url: `${web.replace(/^https?/, 'git')}.git`,
    ssh_url: `git@${new URL(web).host}:${one.fullName}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    description: null,
    fork: false,
    language: null,
    license: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 1,
    default_branch: one.defaultBranch,
    open_issues: openIssues(one),
    open_issues_count: openIssues(one),
    ...FEATURES,
    archived: one.isArchived,
    disabled: false,
    pushed_at: one.createdAt,
    created_at: one.createdAt,
    updated_at: one.createdAt,
  };
};

/** As `GET /repos/{owner}/{repo}` shows it to whoever has these rights. */
export const fullRepository = (
  one: RepositoryState,
  rights: Level,
  [state, links]: readonly [GithubState, Links],
): Schema<'full-repository'> => {
  const may = { admin: rights === 'admin', push: rights === 'admin' || rights === 'write' };
  return {
    ...repository(one, state, links),
    has_discussions: false,
    pushed_at: one.createdAt,
    created_at: one.createdAt,
    updated_at: one.createdAt,
    permissions: { ...may, maintain: may.admin, triage: may.push, pull: true },
    subscribers_count: 0,
    network_count: 0,
  };
};
