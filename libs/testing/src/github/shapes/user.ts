import type { GithubState } from '../github-state.ts';
import type { Schema } from '../wire-types.ts';
import { nodeId, type Links } from './links.ts';

export const simpleUser = (login: string, state: GithubState, links: Links): Schema<'simple-user'> => {
  const { id, type, login: shown } = state.user(login);
  const { api, web } = links.user(shown);
  return {
    login: shown,
    id,
    node_id: nodeId('User', id),
    avatar_url: `${web}.png`,
    gravatar_id: '',
    url: api,
    html_url: web,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  };
};

export const publicUser = (login: string, state: GithubState, links: Links): Schema<'public-user'> => ({
  ...simpleUser(login, state, links),
  name: null,
  company: null,
  blog: null,
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
});
