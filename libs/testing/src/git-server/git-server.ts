import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveCgi } from './cgi.ts';

export interface GitServer {
  /** `http://127.0.0.1:<port>`; the repository in `<root>/acme/shop.git` is at `<url>/acme/shop.git`. */
  readonly url: string;
  /** `METHOD path` of every request so far, for asserting what was and was not asked. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** Folder with bare or plain repositories; each is served, and pushed to when the client is authenticated. */
  readonly root: string;
  /** Asks for basic auth with this password; any user name will do, as on GitHub. */
  readonly auth?: { readonly token: string };
  /** 0 takes a free one. */
  readonly port?: number;
  /** Whoever is let in gets the answer once this has resolved. */
  readonly beforeAnswer?: () => Promise<unknown>;
}

const isAuthorized = (request: IncomingMessage, token: string): boolean => {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  const decoded = Buffer.from(value, 'base64').toString();
  return scheme?.toLowerCase() === 'basic' && decoded.slice(decoded.indexOf(':') + 1) === token;
};

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

export interface GitAccess {
  /** Folder with the repositories. */
  readonly root: string;
  /** Name of whoever was authenticated, and may push; hooks see it as `REMOTE_USER`. */
  readonly user?: string | undefined;
}

const cgiEnvironment = (request: IncomingMessage, { root, user }: GitAccess): Record<string, string> => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    // The repositories may belong to whoever runs the test
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: header(request, 'git-protocol'),
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header(request, 'content-type'),
    CONTENT_LENGTH: header(request, 'content-length'),
    HTTP_CONTENT_ENCODING: header(request, 'content-encoding'),
    REMOTE_ADDR: '127.0.0.1',
    ...(user === undefined ? {} : { REMOTE_USER: user }),
  };
};

/** Answers one request of a git client, streamed both ways. */
export const serveGit = (access: GitAccess, request: IncomingMessage, response: ServerResponse): void => {
  serveCgi({ command: ['git', 'http-backend'], env: cgiEnvironment(request, access) }, request, response);
};

/** A real smart-HTTP git server on loopback: `git http-backend` behind Node's HTTP server. */
export const startGitServer = async (options: GitServerOptions): Promise<GitServer> => {
  const requests: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (options.auth !== undefined && !isAuthorized(request, options.auth.token)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    await options.beforeAnswer?.();
    serveGit({ root: options.root, user: options.auth && 'tester' }, request, response);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
