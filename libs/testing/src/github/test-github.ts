import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { answerOf, isRoute, matchOf, send, sendRefusal } from './answer-request.ts';
import { Faults, type Fault } from './faults.ts';
import { gitRequestOf, serveGitRequest, withoutAnswer } from './git-door.ts';
import { GithubState } from './github-state.ts';
import { Refusal } from './refusal.ts';
import { Links } from './shapes/links.ts';

/** One request that came, in the order of arrival. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** `POST /repos/{owner}/{repo}/pulls`, `git fetch`, `git push`, or null for what GitHub does not know. */
  readonly route: string | null;
  /** Of a request to the API that sent JSON. */
  readonly body: unknown;
  /** Of the answer; null until it has gone out whole. */
  status: number | null;
}

type Exchange = readonly [IncomingMessage, ServerResponse];

/** GitHub Enterprise Server has its API below this; both addresses are served. */
const ENTERPRISE = /^\/api\/v3(?=\/)/;

const refusalOf = (fault: Fault): Refusal | null => {
  if (fault.kind === 'status')
    return new Refusal(fault.status, fault.message ?? 'Ordered by the test', {
      ...(fault.headers && { headers: fault.headers }),
    });
  if (fault.kind === 'secondary_limit')
    return new Refusal(403, 'You have exceeded a secondary rate limit. Please wait a few minutes.', {
      headers: { 'retry-after': String(fault.retryAfterSeconds) },
    });
  if (fault.kind === 'primary_limit') {
    const reset = Math.floor(Date.now() / 1000) + fault.resetsInSeconds;
    return new Refusal(403, 'API rate limit exceeded for installation.', {
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
    });
  }
  return null;
};

const isCutAfter = (faults: readonly Fault[]): boolean =>
  faults.some((fault) => fault.kind === 'cut' && fault.when === 'after');

/** GitHub as far as Drydock uses it: its API over HTTP on loopback, and git behind it for real. */
export class TestGithub {
  readonly state: GithubState;
  readonly requests: RecordedRequest[] = [];
  readonly #root: string;
  readonly #faults = new Faults();
  readonly #server: Server;
  #origin = '';

  constructor(root: string) {
    this.#root = root;
    this.state = new GithubState(root);
    this.#server = createServer((request, response) => {
      void this.#serve([request, response]);
    });
  }

  /** `http://127.0.0.1:<port>`: of the API, and of what git clones. */
  get url(): string {
    return this.#origin;
  }

  /** Names of the requests to the API, in order; git's own are left out. */
  get apiCalls(): readonly string[] {
    return this.requests.flatMap(({ route, method, path }) =>
      route?.startsWith('git ') === true ? [] : [route ?? `${method} ${path}`],
    );
  }

  /** @param route - such as `POST /repos/{owner}/{repo}/pulls`, `git fetch` or `git push`. */
  fail(route: string, fault: Fault, times = 1): void {
    if (!isRoute(route) && !/^git (fetch|push)$/.test(route)) throw new Error(`${route} is not served here`);
    this.#faults.plan(route, fault, times);
  }

  /** Takes back the faults that have not come yet. */
  heal(): void {
    this.#faults.clear();
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.#origin = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    await rm(this.#root, { recursive: true, force: true });
  }

  async #serve(exchange: Exchange): Promise<void> {
    const [request, response] = exchange;
    const url = new URL(request.url ?? '/', this.#origin);
    const git = gitRequestOf(url);
    try {
      if (git === null) await this.#serveApi(url, exchange);
      else await this.#serveGit(git, exchange);
    } catch (error) {
      if (error instanceof Refusal) sendRefusal(error, exchange, url);
      else if (response.headersSent) response.destroy();
      else response.writeHead(500).end(String(error));
    }
  }

  async #serveApi(url: URL, [request, response]: Exchange): Promise<void> {
    const match = matchOf(request.method ?? '', url.pathname.replace(ENTERPRISE, ''));
    const sent = await text(request);
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    this.#record([request, response], { route: match?.route.name ?? null, body });
    const faults = await this.#strike(match?.route.name ?? '', response);
    if (response.destroyed) return;
    const { authorization } = request.headers;
    const links = new Links(
      url.pathname.startsWith('/api/v3/') ? `${this.#origin}/api/v3` : this.#origin,
      this.#origin,
    );
    const asked = { url, authorization, body, match };
    if (faults.some(({ kind }) => kind === 'twice')) await answerOf(asked, this.state, links);
    const answer = await answerOf(asked, this.state, links);
    if (isCutAfter(faults)) response.destroy();
    else send(answer, [request, response], { url });
  }

  async #serveGit(
    git: NonNullable<ReturnType<typeof gitRequestOf>>,
    [request, response]: Exchange,
  ): Promise<void> {
    const route = git.isPush ? 'git push' : 'git fetch';
    this.#record([request, response], { route, body: undefined });
    const isEffect = git.path !== 'info/refs';
    const isCut = isEffect && isCutAfter(await this.#strike(route, response));
    if (response.destroyed) return;
    serveGitRequest(git, { state: this.state, root: this.#root }, [
      request,
      isCut ? withoutAnswer(response) : response,
    ]);
  }

  #record([request, response]: Exchange, known: Pick<RecordedRequest, 'route' | 'body'>): void {
    const { method = '', url: path = '' } = request;
    const record: RecordedRequest = { ...known, method, path, status: null };
    this.requests.push(record);
    response.once('finish', () => {
      record.status = response.statusCode;
    });
  }

  /** Lets the planned faults happen. @returns them, for those that come with the effect or after it. */
  async #strike(route: string, response: ServerResponse): Promise<readonly Fault[]> {
    const faults = this.#faults.take(route);
    for (const fault of faults) if (fault.kind === 'hold') await fault.until;
    for (const fault of faults) {
      const refusal = refusalOf(fault);
      if (refusal !== null) throw refusal;
      if (fault.kind === 'cut' && fault.when === 'before') response.destroy();
    }
    return faults;
  }
}

/** Starts one with nothing in it: tests add users, repositories and installations to `state`. */
export const startTestGithub = async ({ port = 0 }: { port?: number } = {}): Promise<TestGithub> => {
  const github = new TestGithub(await mkdtemp(join(tmpdir(), 'dd-github-')));
  await github.listen(port);
  return github;
};
