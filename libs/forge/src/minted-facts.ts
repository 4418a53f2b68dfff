import type { ForgeRepository, RepositoryFacts } from '@drydock/engine';

/** They are true of the moment in which they came. */
const LIVE_MS = 30_000;
const MOST = 1000;

export type KnownFacts = Omit<RepositoryFacts, 'mayPush'>;

/** Of GitHub's answer to a request for a token, what the library that mints tokens keeps to itself. */
export interface Minted {
  readonly token: string;
  /** Those that the token was asked for. */
  readonly repositories?: readonly {
    readonly id: number;
    readonly full_name: string;
    readonly default_branch: string;
    readonly archived: boolean;
  }[];
}

/** What GitHub says of a repository along with a token for it: whoever asks at once need not ask again. */
export class MintedFacts {
  readonly #known = new Map<string, { readonly facts: KnownFacts; readonly untilMs: number }>();

  keep({ token, repositories = [] }: Minted): void {
    const [one] = repositories;
    if (one === undefined || repositories.length > 1) return;
    const { id, full_name: fullName, default_branch: defaultBranch, archived: isArchived } = one;
    if (this.#known.size >= MOST) this.#known.clear();
    const facts = { forgeId: id, fullName, defaultBranch, isArchived };
    this.#known.set(token, { facts, untilMs: performance.now() + LIVE_MS });
  }

  /** Once, so that nobody comes to rely on what may have changed. Null: nothing is known of that repository. */
  take(token: string, { owner, name }: ForgeRepository): KnownFacts | null {
    const known = this.#known.get(token);
    this.#known.delete(token);
    const isOf = known?.facts.fullName.toLowerCase() === `${owner}/${name}`.toLowerCase();
    return known === undefined || !isOf || known.untilMs < performance.now() ? null : known.facts;
  }
}
