import type { GithubClient } from './github-client.ts';

const MOST_TOKENS = 1000;

/** An account at GitHub, as a commit names it. */
export interface Account {
  readonly id: number;
  readonly login: string;
}

/** Whose personal tokens are; GitHub is asked once of each. */
export class OwnAccounts {
  readonly #known = new Map<string, Account>();

  async of(token: string, client: GithubClient, request: { readonly signal: AbortSignal }): Promise<Account> {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    const { data } = await client.request('GET /user', { request });
    const account = { id: Number(data.id), login: data.login };
    if (this.#known.size >= MOST_TOKENS) this.#known.clear();
    this.#known.set(token, account);
    return account;
  }
}
