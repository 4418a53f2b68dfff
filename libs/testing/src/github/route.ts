import type { Caller, GithubState } from './github-state.ts';
import type { Need } from './access.ts';
import type { Links } from './shapes/links.ts';
import type { RepositoryState } from './repository-state.ts';
import type { AnswerOf, BodyOf, MethodOf, Operation, ParamsOf, Path, QueryOf } from './wire-types.ts';

/** One request, typed by GitHub's description of its operation. */
export interface Call<O> {
  readonly state: GithubState;
  readonly links: Links;
  readonly caller: Caller;
  /** Login of whoever calls. */
  readonly login: string;
  readonly params: ParamsOf<O>;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
}

/** One that names a repository; it was found, and the caller may do this with it. */
export interface RepositoryCall<O> extends Call<O> {
  readonly repository: RepositoryState;
}

export interface RawAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface RawCall extends Call<unknown> {
  readonly repository: RepositoryState | null;
}

export interface Route {
  /** `POST /repos/{owner}/{repo}/pulls` */
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Names of the path's parameters. */
  readonly params: readonly string[];
  /** null: whoever has a credential. */
  readonly need: Need | null;
  readonly answer: (call: RawCall) => Promise<RawAnswer>;
}

const PARAMETER = /\{(\w+)\}/g;

const describe = (method: string, path: string): Omit<Route, 'need' | 'answer'> => ({
  name: `${method.toUpperCase()} ${path}`,
  method: method.toUpperCase(),
  // Names of branches may hold slashes
  pattern: new RegExp(`^${path.replace(/\{(ref|basehead)\}$/, '(.+)').replace(PARAMETER, '([^/]+)')}$`),
  params: [...path.matchAll(PARAMETER)].map(([, name = '']) => name),
});

/** An operation of the API without a repository. */
export const route = <P extends Path, M extends MethodOf<P>>(
  method: M,
  path: P,
  answer: (call: Call<Operation<P, M>>) => AnswerOf<Operation<P, M>> | Promise<AnswerOf<Operation<P, M>>>,
): Route => ({
  ...describe(method, path),
  need: null,
  answer: async (call) => await answer(call as unknown as Call<Operation<P, M>>),
});

/** An operation on one repository, with what it needs. */
export const repositoryRoute = <P extends Path & `/repos/{owner}/{repo}${string}`, M extends MethodOf<P>>(
  method: M,
  path: P,
  need: Need,
  answer: (
    call: RepositoryCall<Operation<P, M>>,
  ) => AnswerOf<Operation<P, M>> | Promise<AnswerOf<Operation<P, M>>>,
): Route => ({
  ...describe(method, path),
  need,
  answer: async (call) => await answer(call as unknown as RepositoryCall<Operation<P, M>>),
});
