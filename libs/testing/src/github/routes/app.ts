import { randomBytes } from 'node:crypto';
import { notFound, Refusal } from '../refusal.ts';
import type { GithubState, InstallationState } from '../github-state.ts';
import { route, type Call } from '../route.ts';
import { installation } from '../shapes/installation.ts';
import { nodeId } from '../shapes/links.ts';
import { repository as repositoryShape } from '../shapes/repository.ts';
import { simpleUser } from '../shapes/user.ts';
import type { AppPermissions } from '../wire-types.ts';

const mustBeApp = ({ caller }: Call<unknown>): void => {
  if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
};

const chosen = (names: readonly string[] | undefined, state: GithubState, account: string) => {
  if (names === undefined) return null;
  const found = names.map((name) => state.repository(account, name));
  if (found.some((one) => one === undefined))
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  return found.filter((one) => one !== undefined);
};

const mustBeGranted = (wanted: AppPermissions, { permissions }: InstallationState): void => {
  for (const [name, level] of Object.entries(wanted)) {
    const granted = name === 'metadata' ? 'read' : permissions[name as keyof AppPermissions];
    if (granted !== 'write' && granted !== level)
      throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  }
};

export const appRoutes = [
  route('get', '/app', (call) => {
    mustBeApp(call);
    const { app } = call.state;
    const url = `${call.links.web}/apps/${app.slug}`;
    return {
      status: 200 as const,
      body: {
        id: app.id,
        slug: app.slug,
        node_id: nodeId('App', app.id),
        owner: simpleUser('acme', call.state, call.links),
        name: 'Drydock',
        description: null,
        external_url: url,
        html_url: url,
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-01T00:00:00Z',
        permissions: {},
        events: [],
      },
    };
  }),
  route('get', '/repos/{owner}/{repo}/installation', (call) => {
    mustBeApp(call);
    const { owner, repo } = call.params;
    const one = call.state.installationOf(owner);
    if (one === undefined || call.state.repository(owner, repo) === undefined) throw notFound();
    return { status: 200 as const, body: installation(one, call.state, call.links) };
  }),
  route('post', '/app/installations/{installation_id}/access_tokens', (call) => {
    mustBeApp(call);
    const { state, links, params, body } = call;
    const one = state.installations.find(({ id }) => id === Number(params.installation_id));
    if (one === undefined) throw notFound();
    if (one.isSuspended) throw new Refusal(403, 'This installation has been suspended');
    const repositories = chosen(body.repositories, state, one.account);
    const permissions = body.permissions ?? one.permissions;
    mustBeGranted(permissions, one);
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    const expiresAt = Date.now() + state.tokenLifeSeconds * 1000;
    state.tokens.set(token, {
      kind: 'installation',
      installationId: one.id,
      repositories: repositories && new Set(repositories.map(({ id }) => id)),
      permissions,
      expiresAt,
    });
    state.minted.push({
      token,
      permissions,
      repositories: repositories && repositories.map(({ fullName }) => fullName),
    });
    return {
      status: 201 as const,
      body: {
        token,
        expires_at: new Date(expiresAt).toISOString(),
        permissions,
        repository_selection: repositories === null ? ('all' as const) : ('selected' as const),
        ...(repositories && {
          repositories: repositories.map((each) => repositoryShape(each, state, links)),
        }),
      },
    };
  }),
];
