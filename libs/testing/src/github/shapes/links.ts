import type { RepositoryState } from '../repository-state.ts';

/** Addresses of things, for the API at `api` and the pages at `web`. */
export class Links {
  readonly api: string;
  readonly web: string;

  constructor(api: string, web: string) {
    this.api = api;
    this.web = web;
  }

  user(login: string): { readonly api: string; readonly web: string } {
    return { api: `${this.api}/users/${login}`, web: `${this.web}/${login}` };
  }

  repository({ fullName }: RepositoryState): { readonly api: string; readonly web: string } {
    return { api: `${this.api}/repos/${fullName}`, web: `${this.web}/${fullName}` };
  }
}

/** GitHub's opaque id of a thing. */
export const nodeId = (kind: string, id: number | string): string =>
  Buffer.from(`${kind}:${String(id)}`).toString('base64');
