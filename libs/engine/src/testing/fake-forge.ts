import { AppError } from '@drydock/domain';
import type {
  Forge,
  ForgePurpose,
  ForgeRepository,
  ForgeSession,
  GitPerson,
  TokenWish,
} from '../ports/forge.ts';
import { FakeForgeRepository } from './fake-forge-repository.ts';
import { FakeForgeSession, type FakeBranches, type FakeForgeCall } from './fake-forge-session.ts';

interface PlannedFailure {
  readonly call: keyof ForgeSession;
  readonly error: Error;
  readonly when: 'before' | 'after';
}

const NOTHING_PUSHED: FakeBranches = { tip: () => null, holds: () => false };

const keyOf = ({ owner, name }: ForgeRepository): string => `${owner}/${name}`.toLowerCase();

/** github.com in memory. */
export class FakeForge implements Forge {
  readonly #repositories = new Map<string, FakeForgeRepository>();
  readonly #failures: PlannedFailure[] = [];
  readonly #pushed: FakeBranches;
  /** Names of the calls that sessions took, in order. */
  readonly calls: (keyof ForgeSession)[] = [];
  /** What `token` was asked for, in order. */
  readonly asked: { readonly repository: ForgeRepository; readonly purpose: ForgePurpose }[] = [];
  /** What the operator has configured; null: nothing. */
  operatorToken: string | null = 'forge-token';
  /** Whom every credential is of; null: it does not say. */
  author: GitPerson | null = { name: 'drydock[bot]', email: '7+drydock[bot]@users.noreply.github.com' };
  /** Tokens that the forge refuses. */
  readonly refused = new Set<string>();
  /** Tokens that may read only. */
  readonly readers = new Set<string>();

  /** @param pushed - such as a FakeBranchPublisher. */
  constructor(pushed: FakeBranches = NOTHING_PUSHED) {
    this.#pushed = pushed;
  }

  /** The repository of that name, made with one commit on `main` when there is none. */
  repository(owner: string, name: string): FakeForgeRepository {
    const key = keyOf({ owner, name });
    const found = this.#repositories.get(key);
    if (found !== undefined) return found;
    const made = new FakeForgeRepository({ owner, name }, this.#repositories.size + 1);
    made.commit(made.defaultBranch);
    this.#repositories.set(key, made);
    return made;
  }

  /** The next such call throws, before it has an effect or, as when its answer is lost, after. */
  failNext(call: keyof ForgeSession, error: Error, when: 'before' | 'after' = 'before'): void {
    this.#failures.push({ call, error, when });
  }

  repositoryOf(gitUrl: string): ForgeRepository | null {
    const [, owner, name] = /^https:\/\/github\.com\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/i.exec(gitUrl) ?? [];
    return owner === undefined || name === undefined ? null : { owner, name };
  }

  async token(
    repository: ForgeRepository,
    purpose: ForgePurpose,
    { own, signal }: TokenWish,
  ): Promise<string | null> {
    signal.throwIfAborted();
    this.asked.push({ repository, purpose });
    return own ?? this.operatorToken;
  }

  open(name: ForgeRepository, token: string, signal: AbortSignal): ForgeSession {
    const repository = (): FakeForgeRepository => {
      const found = this.#repositories.get(keyOf(name));
      if (found === undefined)
        throw new AppError('forge_repository_not_found', `There is no ${keyOf(name)} for this credential.`);
      return found;
    };
    const call: FakeForgeCall = async (what, act) => {
      signal.throwIfAborted();
      this.calls.push(what);
      this.#fail(what, 'before');
      if (this.refused.has(token))
        throw new AppError('forge_auth_failed', 'The code host refused the credential.');
      const answer = act();
      this.#fail(what, 'after');
      return answer;
    };
    const author = (): GitPerson | null => this.author;
    return new FakeForgeSession({
      ...{ repository, call, author, pushed: this.#pushed, isReader: this.readers.has(token) },
    });
  }

  #fail(call: keyof ForgeSession, when: 'before' | 'after'): void {
    const at = this.#failures.findIndex((planned) => planned.call === call && planned.when === when);
    const [planned] = at < 0 ? [] : this.#failures.splice(at, 1);
    if (planned !== undefined) throw planned.error;
  }
}
