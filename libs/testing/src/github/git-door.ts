import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveGit } from '../git-server/git-server.ts';
import { rightsOf } from './access.ts';
import { callerOf } from './credentials.ts';
import type { Caller, GithubState } from './github-state.ts';
import type { RepositoryState } from './repository-state.ts';

const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly path: string;
  readonly isPush: boolean;
}

/** A request of git's own protocol; null: it is for the API. */
export const gitRequestOf = (url: URL): GitRequest | null => {
  const [, owner = '', name = '', path = ''] = GIT_PATH.exec(url.pathname) ?? [];
  if (path === '') return null;
  const service = path === 'info/refs' ? (url.searchParams.get('service') ?? '') : path;
  return { owner, name, path, isPush: service === 'git-receive-pack' };
};

const refuse = (response: ServerResponse, status: number, message: string): void => {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
  response.writeHead(status, { 'content-type': 'text/plain', ...challenge }).end(message);
};

/** Status and words with which GitHub turns a git client away; null: it may. */
const refusalOf = (
  caller: Caller,
  repository: RepositoryState | undefined,
  { isPush }: GitRequest,
): readonly [number, string] | null => {
  const rights = repository === undefined ? null : rightsOf(caller, repository);
  if (rights === null)
    return caller.kind === 'anonymous' ? [401, 'Repository not found.'] : [404, 'Repository not found.'];
  if (caller.kind === 'installation' && caller.permissions.contents === undefined)
    return [403, 'Resource not accessible by integration'];
  if (!isPush) return null;
  if (caller.kind === 'anonymous') return [401, 'Authentication required.'];
  if (repository?.isArchived === true) return [403, 'This repository was archived so it is read-only.'];
  return rights === 'write' || rights === 'admin' ? null : [403, 'Write access to repository not granted.'];
};

const userOf = (caller: Caller): string => {
  if (caller.kind === 'user') return caller.login;
  const isLimited = caller.kind === 'installation' && caller.permissions.workflows !== 'write';
  return isLimited ? 'without workflows' : 'app'; // the hook knows what this means
};

/** Answers a git client, or turns it away. */
export const serveGitRequest = (
  asked: GitRequest,
  { state, root }: { readonly state: GithubState; readonly root: string },
  [request, response]: readonly [IncomingMessage, ServerResponse],
): void => {
  let caller: Caller;
  try {
    caller = callerOf(request.headers.authorization, state);
  } catch {
    refuse(response, 401, 'Invalid username or token.');
    return;
  }
  const repository = state.repository(asked.owner, asked.name);
  const refusal = refusalOf(caller, repository, asked);
  if (refusal !== null || repository === undefined) {
    refuse(response, ...(refusal ?? ([404, 'Repository not found.'] as const)));
    return;
  }
  const { search } = new URL(request.url ?? '/', 'http://localhost');
  request.url = `/${repository.owner}/${repository.name}.git/${asked.path}${search}`;
  serveGit({ root, user: caller.kind === 'anonymous' ? undefined : userOf(caller) }, request, response);
};

/**
 * Lets a request have its effect, and then ends the connection in the middle of the answer. Not before its head: a client
 * that has used the connection before would send the request again by itself.
 */
export const withoutAnswer = (response: ServerResponse): ServerResponse => {
  const write = response.write.bind(response);
  response.write = () => true;
  response.end = () => {
    write('0', () => response.destroy());
    return response;
  };
  return response;
};
