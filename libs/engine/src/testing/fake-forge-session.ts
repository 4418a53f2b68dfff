import { AppError } from '@drydock/domain';
import type {
  CommitVerdict,
  ForgeSession,
  GitPerson,
  NewPullRequest,
  PullRequest,
  RepositoryFacts,
} from '../ports/forge.ts';
import type { FakeForgeRepository, FakePullRequest } from './fake-forge-repository.ts';

/** Longer ones are refused by GitHub, which makes all others. */
const LONGEST_LABEL = 50;

/** Runs one call: it may fail before the call has an effect, or lose its answer. */
export type FakeForgeCall = <T>(name: keyof ForgeSession, act: () => T) => Promise<T>;

/** Knows the branches that the repository itself does not. */
export interface FakeBranches {
  tip(url: string, branch: string): string | null;
  holds(url: string, branch: string, commit: string): boolean;
}

interface FakeForgeSessionOptions {
  readonly repository: () => FakeForgeRepository;
  readonly call: FakeForgeCall;
  readonly author: () => GitPerson | null;
  readonly pushed: FakeBranches;
  readonly isReader: boolean;
}

export class FakeForgeSession implements ForgeSession {
  readonly #repository: () => FakeForgeRepository;
  readonly #call: FakeForgeCall;
  readonly #author: () => GitPerson | null;
  readonly #pushed: FakeBranches;
  readonly #isReader: boolean;

  constructor({ repository, call, author, pushed, isReader }: FakeForgeSessionOptions) {
    this.#repository = repository;
    this.#call = call;
    this.#author = author;
    this.#pushed = pushed;
    this.#isReader = isReader;
  }

  facts(): Promise<RepositoryFacts> {
    return this.#call('facts', () => {
      const { forgeId, fullName, defaultBranch, isArchived, mayPush } = this.#repository();
      return { forgeId, fullName, defaultBranch, isArchived, mayPush: mayPush && !this.#isReader };
    });
  }

  author(): Promise<GitPerson | null> {
    return this.#call('author', () => this.#author());
  }

  branchTip(branch: string): Promise<string | null> {
    return this.#call('branchTip', () => {
      this.#mustHaveCommits();
      return this.#tip(branch);
    });
  }

  commitsBehind(from: string, branch: string): Promise<number | null> {
    return this.#call('commitsBehind', () => {
      this.#mustHaveCommits();
      const commits = this.#repository().branches.get(branch);
      return commits === undefined ? null : commits.length - 1 - commits.indexOf(from);
    });
  }

  hasCommit(branch: string, commit: string): Promise<boolean> {
    return this.#call('hasCommit', () => {
      const { branches, url } = this.#repository();
      return branches.get(branch)?.includes(commit) ?? this.#pushed.holds(url, branch, commit);
    });
  }

  findPullRequest(headBranch: string): Promise<PullRequest | null> {
    return this.#call('findPullRequest', () => {
      const found = this.#repository().pullRequests.findLast(({ head }) => head === headBranch);
      return found === undefined ? null : this.#shown(found);
    });
  }

  openPullRequest(request: NewPullRequest): Promise<PullRequest> {
    return this.#call('openPullRequest', () => {
      const repository = this.#repository();
      this.#mustBeWritable(repository);
      const same = repository.pullRequests.find(
        ({ head, baseBranch, state }) =>
          head === request.head && baseBranch === request.base && state === 'open',
      );
      return this.#shown(same ?? this.#opened(repository, request));
    });
  }

  decorate(
    number: number,
    wanted: { readonly labels: readonly string[]; readonly reviewers: readonly string[] },
  ): Promise<{ readonly unknown: readonly string[] }> {
    return this.#call('decorate', () => {
      const repository = this.#repository();
      this.#mustBeWritable(repository);
      const found = repository.pullRequests.find((one) => one.number === number);
      if (found === undefined) throw new AppError('forge_refused', `There is no pull request ${number}.`);
      const labels = wanted.labels.filter((label) => label.length <= LONGEST_LABEL);
      const reviewers = wanted.reviewers.filter((person) => repository.people.has(person));
      for (const label of labels) found.labels.add(label);
      for (const reviewer of reviewers) found.reviewers.add(reviewer);
      const known = new Set([...labels, ...reviewers]);
      return { unknown: [...wanted.labels, ...wanted.reviewers].filter((name) => !known.has(name)) };
    });
  }

  report(verdict: CommitVerdict): Promise<void> {
    return this.#call('report', () => {
      const repository = this.#repository();
      this.#mustBeWritable(repository);
      const told = repository.told.get(verdict.commit) ?? 0;
      if (told === 0 || !verdict.mayBeShown) repository.told.set(verdict.commit, told + 1);
      repository.verdicts.set(verdict.commit, verdict);
    });
  }

  #opened(repository: FakeForgeRepository, request: NewPullRequest): FakePullRequest {
    const base = this.#tip(request.base);
    const head = this.#tip(request.head);
    if (base === null)
      throw new AppError(
        'forge_base_not_found',
        `${repository.fullName} has no branch ${request.base} to merge into.`,
      );
    if (head === null) throw new AppError('forge_refused', `There is no branch ${request.head}.`);
    if (repository.branches.get(request.base)?.includes(head) ?? false)
      throw new AppError('forge_nothing_to_deliver', `${request.base} has all of ${request.head}.`);
    const number = repository.pullRequests.length + 1;
    const { base: baseBranch, ...rest } = request;
    const opened: FakePullRequest = {
      ...rest,
      number,
      url: `https://github.com/${repository.fullName}/pull/${String(number)}`,
      state: 'open',
      headCommit: head,
      baseBranch,
      labels: new Set(),
      reviewers: new Set(),
    };
    repository.pullRequests.push(opened);
    return opened;
  }

  #shown({ number, url, state, head, headCommit, baseBranch }: FakePullRequest): PullRequest {
    const tip = state === 'open' ? this.#tip(head) : null;
    return { number, url, state, headCommit: tip ?? headCommit, baseBranch };
  }

  #tip(branch: string): string | null {
    const { branches, url } = this.#repository();
    return branches.get(branch)?.at(-1) ?? this.#pushed.tip(url, branch);
  }

  #mustHaveCommits(): void {
    const { branches, fullName } = this.#repository();
    if (branches.size === 0) throw new AppError('forge_repository_empty', `${fullName} has no commits.`);
  }

  #mustBeWritable({ isArchived, mayPush, fullName }: FakeForgeRepository): void {
    if (isArchived) throw new AppError('forge_repository_archived', `${fullName} is archived.`);
    if (!mayPush || this.#isReader)
      throw new AppError('forge_permission_missing', `The credential may not write to ${fullName}.`);
  }
}
