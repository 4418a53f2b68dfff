import type { components, paths } from '@octokit/openapi-types';

/** A shape of GitHub's published description. */
export type Schema<N extends keyof components['schemas']> = components['schemas'][N];
export type Path = keyof paths;
export type MethodOf<P extends Path> = Extract<keyof paths[P], 'get' | 'post' | 'patch' | 'put' | 'delete'>;
export type Operation<P extends Path, M extends MethodOf<P>> = paths[P][M];

type JsonOf<R> = R extends { content: infer C }
  ? [C] extends [never]
    ? undefined
    : C extends { 'application/json': infer T }
      ? T
      : undefined
  : undefined;

/** Parameters in the path, as text. */
export type ParamsOf<O> = O extends { parameters: { path: infer T } }
  ? { readonly [K in keyof T]: string }
  : object;

/** Parameters after the question mark, as text. */
export type QueryOf<O> = O extends { parameters: { query?: infer T } }
  ? { readonly [K in keyof T]?: string }
  : object;

/** What is sent with a request. */
export type BodyOf<O> = O extends { requestBody?: infer R } ? JsonOf<NonNullable<R>> : undefined;

/** A status with the body that GitHub describes for it. */
export type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R]: { readonly status: S; readonly body: JsonOf<R[S]> } }[keyof R]
  : never;

export type AppPermissions = Schema<'app-permissions'>;
