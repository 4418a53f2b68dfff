import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mustBeGranted, needFor } from './access.ts';
import { callerOf, loginOf } from './credentials.ts';
import type { GithubState } from './github-state.ts';
import { linkHeader, pageOf } from './paging.ts';
import { notFound, type Refusal } from './refusal.ts';
import type { RawAnswer, RawCall, Route } from './route.ts';
import { appRoutes } from './routes/app.ts';
import { checkRoutes } from './routes/checks.ts';
import { issueRoutes } from './routes/issues.ts';
import { pullRoutes } from './routes/pulls.ts';
import { repositoryRoutes } from './routes/repositories.ts';
import type { Links } from './shapes/links.ts';

const ROUTES: readonly Route[] = [
  ...appRoutes,
  ...repositoryRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...checkRoutes,
];

export const isRoute = (name: string): boolean => ROUTES.some((route) => route.name === name);

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The operation that a request asks for; null when there is none here. */
export const matchOf = (method: string, pathname: string): Match | null => {
  for (const route of ROUTES) {
    const found = route.method === method ? route.pattern.exec(pathname) : null;
    if (found !== null) {
      const values = found.slice(1).map(decodeURIComponent);
      return { route, params: Object.fromEntries(route.params.map((name, at) => [name, values[at] ?? ''])) };
    }
  }
  return null;
};

export interface Asked {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: unknown;
  readonly match: Match | null;
}

/** What GitHub answers. Throws a Refusal. */
export const answerOf = async (
  { url, authorization, body, match }: Asked,
  state: GithubState,
  links: Links,
): Promise<RawAnswer> => {
  const caller = callerOf(authorization, state);
  if (match === null) throw notFound();
  const { route, params } = match;
  const repository = state.repository(params['owner'] ?? '', params['repo'] ?? '') ?? null;
  if (route.need !== null) {
    if (repository === null) throw notFound();
    mustBeGranted(caller, repository, needFor(route.need, repository, params));
  }
  const call: RawCall = {
    state,
    links,
    caller,
    login: loginOf(caller, state),
    params,
    query: Object.fromEntries(url.searchParams),
    body: (body ?? {}) as never, // an operation without a body never looks
    repository,
  };
  return route.answer(call);
};

/** Sends an answer with the headers that clients go by: rate, page, entity tag. */
export const send = (
  { status, body }: RawAnswer,
  [request, response]: readonly [IncomingMessage, ServerResponse],
  { url, headers = {} }: { readonly url: URL; readonly headers?: Readonly<Record<string, string>> },
): void => {
  const paged = Array.isArray(body) && request.method === 'GET';
  const page = paged ? pageOf(body as unknown[], Object.fromEntries(url.searchParams)) : null;
  const link = page === null ? undefined : linkHeader(url.toString(), page);
  const text = JSON.stringify(page === null ? body : page.items);
  const tag = `"${createHash('sha256').update(text).digest('hex')}"`;
  const rate = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999' };
  const common = { ...rate, ...(link === undefined ? {} : { link }), ...headers };
  if (request.method === 'GET' && status === 200 && request.headers['if-none-match'] === tag) {
    response.writeHead(304, { ...common, etag: tag }).end();
    return;
  }
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'x-github-request-id': 'TEST:1',
      ...(status === 200 ? { etag: tag } : {}),
      ...common,
    })
    .end(text);
};

export const sendRefusal = (
  refusal: Refusal,
  exchange: readonly [IncomingMessage, ServerResponse],
  url: URL,
): void => {
  send({ status: refusal.status, body: refusal.body }, exchange, { url, headers: refusal.headers });
};
