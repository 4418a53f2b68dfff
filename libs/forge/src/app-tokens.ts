import { AppError } from '@drydock/domain';
import type { ForgePurpose, ForgeRepository } from '@drydock/engine';
import { createAppAuth } from '@octokit/auth-app';
import { githubClient, type GithubClient } from './github-client.ts';
import { refusalIn, toForgeError } from './github-refusal.ts';
import { PERMISSIONS } from './grants.ts';
import { MintedFacts, type KnownFacts, type Minted } from './minted-facts.ts';
import type { Account } from './own-accounts.ts';

/** A token that lives shorter than this is minted anew: a push or a clone may take its time. */
const LEAST_LIFE_MS = 10 * 60_000;
const MOST_INSTALLATIONS = 10_000;
const MINT = '/app/installations/{installation_id}/access_tokens';

export interface AppIdentity {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
}

/** Tokens of an App's installations: one repository, the permissions of one purpose, kept until shortly before the end. */
export class AppTokens {
  /** Speaks as the App. */
  readonly #client: GithubClient;
  /** Speaks as nobody. */
  readonly #anyone: GithubClient;
  readonly #auth: ReturnType<typeof createAppAuth>;
  readonly #installations = new Map<string, number>();
  /** Refused before their end, as after a change of the installation. */
  readonly #refused = new Set<string>();
  readonly #facts = new MintedFacts();
  #login: string | null = null;
  #account: Account | null = null;

  constructor(app: AppIdentity, settings: { apiUrl: string; retryPauseMs: number }) {
    const common = { ...settings, token: null, pace: `app ${String(app.appId)}` };
    this.#anyone = githubClient(common);
    this.#client = githubClient({ ...common, app });
    this.#client.hook.after('request', ({ data }, { url }) => {
      if (url === MINT) this.#facts.keep(data as Minted);
    });
    this.#auth = createAppAuth({ ...app, request: this.#client.request });
  }

  /** @throws AppError `forge_…` that says what to change about the App. */
  async mint(repository: ForgeRepository, purpose: ForgePurpose): Promise<string> {
    const subject = `${repository.owner}/${repository.name}`;
    const key = subject.toLowerCase();
    const known = this.#installations.get(key);
    try {
      return await this.#mintAt(known ?? (await this.#find(repository)), repository, purpose);
    } catch (error) {
      // Installed anew since, it has another number
      if (known !== undefined && refusalIn(error)?.status === 404) {
        this.#installations.delete(key);
        return this.mint(repository, purpose);
      }
      throw whyNot(error, subject);
    }
  }

  /** Of the account that the App speaks under. It cannot change while the App is the same. */
  async login(): Promise<string> {
    if (this.#login !== null) return this.#login;
    const { data } = await this.#client.request('GET /app');
    if (data === null) throw new Error('GitHub did not say which App this is.');
    this.#login = `${data.slug ?? ''}[bot]`;
    return this.#login;
  }

  /** The bot that the App acts as. It cannot change while the App is the same. */
  async account(
    client: GithubClient = this.#anyone,
    request: { readonly signal?: AbortSignal } = {},
  ): Promise<Account> {
    if (this.#account !== null) return this.#account;
    const username = await this.login();
    const { data } = await client.request('GET /users/{username}', { username, request });
    return (this.#account = { id: Number(data.id), login: data.login });
  }

  /** What GitHub said of the repository with the token a moment ago; null: nothing, or it was taken before. */
  takeFacts(token: string, repository: ForgeRepository): KnownFacts | null {
    return this.#facts.take(token, repository);
  }

  /** The token is not handed out again. */
  forget(token: string): void {
    this.#refused.add(token);
  }

  async #mintAt(installationId: number, { name }: ForgeRepository, purpose: ForgePurpose): Promise<string> {
    const options = {
      type: 'installation' as const,
      installationId,
      repositoryNames: [name],
      permissions: PERMISSIONS[purpose],
    };
    const kept = await this.#auth(options);
    const isGood = !this.#refused.has(kept.token) && Date.parse(kept.expiresAt) - Date.now() > LEAST_LIFE_MS;
    if (isGood) return kept.token;
    this.#refused.delete(kept.token);
    return (await this.#auth({ ...options, refresh: true })).token;
  }

  async #find({ owner, name }: ForgeRepository): Promise<number> {
    const { data } = await this.#client.request('GET /repos/{owner}/{repo}/installation', {
      owner,
      repo: name,
    });
    if (this.#installations.size >= MOST_INSTALLATIONS) this.#installations.clear();
    this.#installations.set(`${owner}/${name}`.toLowerCase(), data.id);
    return data.id;
  }
}

const whyNot = (error: unknown, subject: string): AppError => {
  const refusal = refusalIn(error);
  const words = ` GitHub says: ${refusal?.words ?? ''}`;
  if (refusal?.status === 401)
    return new AppError(
      'forge_auth_failed',
      `GitHub does not know the App by GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.${words}`,
    );
  if (refusal?.status === 404)
    return new AppError(
      'forge_repository_not_found',
      `The App is not installed for ${subject}. Install it there, and choose that repository.`,
    );
  if (refusal?.status === 422)
    return new AppError(
      'forge_permission_missing',
      `The installation for ${subject} has not been granted what the App needs. Accept its new permissions, and choose that repository.${words}`,
    );
  return toForgeError(error, subject);
};
