import type { GithubState, InstallationState } from '../github-state.ts';
import type { Schema } from '../wire-types.ts';
import type { Links } from './links.ts';
import { simpleUser } from './user.ts';

export const installation = (
  one: InstallationState,
  state: GithubState,
  links: Links,
): Schema<'installation'> => {
  const account = simpleUser(one.account, state, links);
  return {
    id: one.id,
    account,
    repository_selection: 'all',
    access_tokens_url: `${links.api}/app/installations/${String(one.id)}/access_tokens`,
    repositories_url: `${links.api}/installation/repositories`,
    html_url: `${links.web}/settings/installations/${String(one.id)}`,
    app_id: state.app.id,
    target_id: Number(account.id),
    target_type: account.type,
    permissions: one.permissions,
    events: [],
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    single_file_name: null,
    app_slug: state.app.slug,
    suspended_by: null,
    suspended_at: one.isSuspended ? '2026-01-01T00:00:00Z' : null,
  };
};
