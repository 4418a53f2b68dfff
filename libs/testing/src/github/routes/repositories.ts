import { rightsOf } from '../access.ts';
import { Refusal } from '../refusal.ts';
import { repositoryRoute, route, type RepositoryCall } from '../route.ts';
import { commit } from '../shapes/commit.ts';
import { nodeId } from '../shapes/links.ts';
import { fullRepository } from '../shapes/repository.ts';
import { publicUser } from '../shapes/user.ts';
import type { Schema } from '../wire-types.ts';

const METADATA = { permission: 'metadata', level: 'read' } as const;
const CONTENTS = { permission: 'contents', level: 'read' } as const;

const notEmpty = async ({ repository }: RepositoryCall<unknown>): Promise<void> => {
  if (await repository.git.isEmpty()) throw new Refusal(409, 'Git Repository is empty.');
};

const found = async (name: string, { repository }: RepositoryCall<unknown>): Promise<string> => {
  const sha = await repository.git.resolve(name);
  if (sha === null) throw new Refusal(404, 'Not Found');
  return sha;
};

const comparison = (ahead: number, behind: number): Schema<'commit-comparison'>['status'] => {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
};

export const repositoryRoutes = [
  repositoryRoute('get', '/repos/{owner}/{repo}', METADATA, ({ repository, caller, state, links }) => {
    // An installation is told of no rights here: its token says them
    const rights = caller.kind === 'installation' ? 'none' : (rightsOf(caller, repository) ?? 'none');
    return { status: 200 as const, body: fullRepository(repository, rights, [state, links]) };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/git/ref/{ref}', CONTENTS, async (call) => {
    await notEmpty(call);
    const { ref } = call.params;
    const sha = ref.startsWith('heads/') ? await call.repository.git.tip(ref.slice('heads/'.length)) : null;
    if (sha === null) throw new Refusal(404, 'Not Found');
    const { api } = call.links.repository(call.repository);
    return {
      status: 200 as const,
      body: {
        ref: `refs/${ref}`,
        node_id: nodeId('Ref', ref),
        url: `${api}/git/refs/${ref}`,
        object: { type: 'commit', sha, url: `${api}/git/commits/${sha}` },
      },
    };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/compare/{basehead}', CONTENTS, async (call) => {
    await notEmpty(call);
    const { repository, links, params } = call;
    const [from = '', to = ''] = params.basehead.split('...');
    const [base, head] = [await found(from, call), await found(to, call)];
    const { ahead, behind } = await repository.git.apart(base, head);
    const between = await repository.git.commitsBetween(base, head);
    const { api, web } = links.repository(repository);
    const page = `${web}/compare/${from}...${to}`;
    const shaped = (sha: string) => commit(sha, repository, links);
    return {
      status: 200 as const,
      body: {
        url: `${api}/compare/${from}...${to}`,
        html_url: page,
        permalink_url: page,
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
        base_commit: await shaped(base),
        merge_base_commit: await shaped(await repository.git.mergeBase(base, head)),
        status: comparison(ahead, behind),
        ahead_by: ahead,
        behind_by: behind,
        total_commits: ahead,
        commits: await Promise.all(between.slice(0, Number(call.query.per_page ?? 250)).map(shaped)),
        files: [],
      },
    };
  }),
  repositoryRoute(
    'get',
    '/repos/{owner}/{repo}/collaborators/{username}/permission',
    METADATA,
    ({ repository, params, state, links }) => {
      const user = publicUser(params.username, state, links);
      const permission = repository.levelOf(params.username);
      return {
        status: 200 as const,
        body: {
          permission,
          role_name: permission,
          user: {
            ...user,
            name: null,
            email: null,
            role_name: permission,
            permissions: {
              pull: permission !== 'none',
              push: permission === 'write' || permission === 'admin',
              admin: permission === 'admin',
            },
          },
        },
      };
    },
  ),
  route('get', '/user', ({ caller, login, state, links }) => {
    if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
    if (caller.kind !== 'user') throw new Refusal(403, 'Resource not accessible by integration');
    return { status: 200 as const, body: publicUser(login, state, links) };
  }),
  route('get', '/users/{username}', ({ params, state, links }) => {
    if (!state.users.has(params.username.toLowerCase())) throw new Refusal(404, 'Not Found');
    return { status: 200 as const, body: publicUser(params.username, state, links) };
  }),
];
