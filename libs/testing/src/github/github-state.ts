import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { RepositoryState, type RepositoryOptions } from './repository-state.ts';
import type { AppPermissions } from './wire-types.ts';

export interface UserState {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export interface AppState {
  readonly id: number;
  readonly slug: string;
  /** PEM, PKCS #1, as GitHub gives it for download. */
  readonly privateKey: string;
  readonly publicKey: string;
}

export interface InstallationState {
  readonly id: number;
  readonly account: string;
  /** What the account has granted. */
  permissions: AppPermissions;
  isSuspended: boolean;
}

/** Who a request comes from. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly login: string }
  | { readonly kind: 'app' }
  | {
      readonly kind: 'installation';
      readonly installationId: number;
      /** Ids; null: all of the account. */
      readonly repositories: ReadonlySet<number> | null;
      readonly permissions: AppPermissions;
      readonly expiresAt: number;
    };

/** A token that was minted, as a test looks at it. */
export interface MintedToken {
  readonly token: string;
  readonly repositories: readonly string[] | null;
  readonly permissions: AppPermissions;
}

let keys: Pick<AppState, 'privateKey' | 'publicKey'> | undefined;

/** One pair for all of a process: making one takes longer than most tests. */
const ownKeys = (): Pick<AppState, 'privateKey' | 'publicKey'> =>
  (keys ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }));

/** Everything there is, in memory but for git. */
export class GithubState {
  readonly #root: string;
  readonly #repositories = new Map<string, RepositoryState>();
  readonly users = new Map<string, UserState>();
  readonly tokens = new Map<string, Caller>();
  readonly installations: InstallationState[] = [];
  readonly minted: MintedToken[] = [];
  readonly app: AppState;
  /** How long an installation token lives. */
  tokenLifeSeconds = 3600;
  /** How far its clock is behind that of whoever asks. */
  secondsBehind = 0;
  #lastId = 1000;

  constructor(root: string) {
    this.#root = root;
    this.app = { id: this.nextId(), slug: 'drydock', ...ownKeys() };
    this.user('drydock[bot]', 'Bot');
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** The user of that name, made when there is none. */
  user(login: string, type: UserState['type'] = 'User'): UserState {
    const found = this.users.get(login.toLowerCase());
    if (found !== undefined) return found;
    const made = { id: this.nextId(), login, type };
    this.users.set(login.toLowerCase(), made);
    return made;
  }

  /** A personal access token of a user. */
  personalToken(login: string): string {
    this.user(login);
    const token = `ghp_${randomBytes(18).toString('hex')}`;
    this.tokens.set(token, { kind: 'user', login });
    return token;
  }

  /** Installs the App on an account, with all its repositories. */
  install(account: string, permissions: AppPermissions): InstallationState {
    const installation = { id: this.nextId(), account, permissions, isSuspended: false };
    this.installations.push(installation);
    return installation;
  }

  installationOf(account: string): InstallationState | undefined {
    return this.installations.find((one) => one.account.toLowerCase() === account.toLowerCase());
  }

  async addRepository(fullName: string, options: RepositoryOptions = {}): Promise<RepositoryState> {
    const [owner = '', name = ''] = fullName.split('/');
    this.user(owner, 'Organization');
    const made = new RepositoryState(
      { id: this.nextId(), owner, name, gitDirectory: join(this.#root, owner, `${name}.git`) },
      options,
    );
    await made.git.create(made.defaultBranch);
    this.#repositories.set(fullName.toLowerCase(), made);
    return made;
  }

  repository(owner: string, name: string): RepositoryState | undefined {
    return this.#repositories.get(`${owner}/${name}`.toLowerCase());
  }

  get repositories(): readonly RepositoryState[] {
    return [...this.#repositories.values()];
  }
}
