import { createHash } from 'node:crypto';
import type {
  Forge,
  ForgeConversation,
  ForgeConversations,
  ForgePurpose,
  ForgeRepository,
  ForgeSession,
  TokenWish,
} from '@drydock/engine';
import { AppTokens, type AppIdentity } from './app-tokens.ts';
import { endedBy } from './ended-by.ts';
import { EntityTags } from './entity-tags.ts';
import { bearWithFresh } from './fresh-token.ts';
import { repositoryIn, webOriginOf } from './github-address.ts';
import { CALL_MS, GithubCalls } from './github-calls.ts';
import { githubClient } from './github-client.ts';
import { GithubConversation } from './github-conversation.ts';
import { toForgeError } from './github-refusal.ts';
import { GithubSession } from './github-session.ts';
import { OwnAccounts } from './own-accounts.ts';
import { ownLogin } from './own-login.ts';
import { RateCircuit } from './rate-circuit.ts';

const RETRY_PAUSE_MS = 1000;
const MOST_TOKENS = 10_000;

export interface GithubForgeOptions {
  /** Of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  /** null: only tasks that bring their own token. */
  readonly identity:
    { readonly kind: 'token'; readonly token: string } | ({ readonly kind: 'app' } & AppIdentity) | null;
  /** First pause after an outage; the second is four times as long. */
  readonly retryPauseMs?: number;
}

interface Minted {
  readonly owner: string;
  readonly purpose: ForgePurpose;
  /** When it was first handed out, ms since the epoch. */
  readonly bornAtMs: number;
}

/** GitHub, or GitHub Enterprise, by its REST API. */
export class GithubForge implements Forge, ForgeConversations {
  readonly #options: Required<GithubForgeOptions>;
  readonly #webOrigin: string;
  readonly #app: AppTokens | null;
  readonly #tags = new EntityTags();
  readonly #circuit = new RateCircuit();
  readonly #minted = new Map<string, Minted>();
  readonly #accounts = new OwnAccounts();

  constructor(options: GithubForgeOptions) {
    this.#options = { retryPauseMs: RETRY_PAUSE_MS, ...options };
    this.#webOrigin = webOriginOf(options.apiUrl);
    const { identity } = options;
    this.#app = identity?.kind === 'app' ? new AppTokens(identity, this.#options) : null;
  }

  repositoryOf(gitUrl: string): ForgeRepository | null {
    return repositoryIn(gitUrl, this.#webOrigin);
  }

  async token(
    repository: ForgeRepository,
    purpose: ForgePurpose,
    { own, signal }: TokenWish,
  ): Promise<string | null> {
    signal.throwIfAborted();
    const app = this.#app;
    if (own !== null) return own;
    if (app === null) return this.#options.identity?.kind === 'token' ? this.#options.identity.token : null;
    const both = AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]);
    // Others may wait for the same token: what this one gives up goes on for them.
    const token = await endedBy(both, () => app.mint(repository, purpose)).catch((error: unknown) => {
      signal.throwIfAborted();
      throw toForgeError(error, `${repository.owner}/${repository.name}`);
    });
    this.#remember(token, repository, purpose);
    return token;
  }

  open(repository: ForgeRepository, token: string, signal: AbortSignal): ForgeSession {
    const minted = this.#minted.get(token);
    const app = minted === undefined ? null : this.#app;
    return new GithubSession(this.#calls(repository, token, signal), {
      isInstallation: minted !== undefined,
      mayPush: minted?.purpose.startsWith('deliver') ?? false,
      takeFacts: () => app?.takeFacts(token, repository) ?? null,
      account: (client, request) =>
        app?.account(client, request) ?? this.#accounts.of(token, client, request),
      host: new URL(this.#webOrigin).hostname,
    });
  }

  /**
   * Learns which bot the App is before a delivery needs to know: that is true of the process, and no request of a pull
   * request. Throws nothing: whoever needs it asks again.
   */
  async prepare(): Promise<void> {
    await this.#app?.account().catch(() => undefined);
  }

  converse(repository: ForgeRepository, token: string, signal: AbortSignal): ForgeConversation {
    const app = this.#minted.has(token) ? this.#app : null;
    return new GithubConversation(this.#calls(repository, token, signal), async (client, request) =>
      // GitHub does not say of an installation's token whose it is
      app === null ? (await this.#accounts.of(token, client, request)).login : app.login(),
    );
  }

  /**
   * Login that the installation's own credential speaks under, as it is mentioned and assigned; null: there is none.
   * @throws AppError `forge_…`.
   */
  async self(): Promise<string | null> {
    const { identity } = this.#options;
    const credential = this.#app ?? (identity?.kind === 'token' ? identity.token : null);
    return credential === null ? null : ownLogin(credential, this.#options);
  }

  /** The oldest goes when there are very many: whoever was given one a moment ago still opens a session with it. */
  #remember(token: string, { owner }: ForgeRepository, purpose: ForgePurpose): void {
    const bornAtMs = this.#minted.get(token)?.bornAtMs ?? performance.now();
    this.#minted.delete(token);
    this.#minted.set(token, { owner: owner.toLowerCase(), purpose, bornAtMs });
    const [oldest] = this.#minted.keys();
    if (this.#minted.size > MOST_TOKENS && oldest !== undefined) this.#minted.delete(oldest);
  }

  #calls(repository: ForgeRepository, token: string, signal: AbortSignal): GithubCalls {
    const { apiUrl, retryPauseMs } = this.#options;
    const minted = this.#minted.get(token);
    // Limits are counted per installation, else per credential
    const pace =
      minted === undefined
        ? `token ${createHash('sha256').update(token).digest('base64')}`
        : `installation ${minted.owner}`;
    const client = githubClient({ apiUrl, token, pace, retryPauseMs });
    this.#tags.attach(client, token);
    if (minted !== undefined) bearWithFresh(client, minted.bornAtMs, retryPauseMs);
    // A task's own is no business of the App
    const onRefused = (): void => (minted === undefined ? undefined : this.#app?.forget(token));
    return new GithubCalls({ client, repository, token, signal, circuit: this.#circuit, pace, onRefused });
  }
}
