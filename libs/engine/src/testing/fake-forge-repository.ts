import { createHash } from 'node:crypto';
import type { CommitVerdict, ForgeRepository, PullRequest } from '../ports/forge.ts';

export interface FakePullRequest extends PullRequest {
  readonly head: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
  readonly labels: Set<string>;
  readonly reviewers: Set<string>;
}

/** One repository of a FakeForge: whatever is public may be changed by a test at any time. */
export class FakeForgeRepository {
  /** Changed: it is still found by the name that it had. */
  name: ForgeRepository;
  readonly forgeId: number;
  defaultBranch = 'main';
  isArchived = false;
  mayPush = true;
  /** Commits of each branch, oldest first. */
  readonly branches = new Map<string, string[]>();
  /** In the order in which they were opened. */
  readonly pullRequests: FakePullRequest[] = [];
  /** Whom a review may be asked of. */
  readonly people = new Set<string>();
  /** The newest of each commit. */
  readonly verdicts = new Map<string, CommitVerdict>();
  /** How many there are at each commit: a check run that is not looked for is made anew. */
  readonly told = new Map<string, number>();
  #commits = 0;

  constructor(name: ForgeRepository, forgeId: number) {
    this.name = name;
    this.forgeId = forgeId;
  }

  get fullName(): string {
    return `${this.name.owner}/${this.name.name}`;
  }

  get url(): string {
    return `https://github.com/${this.fullName}.git`;
  }

  /** Puts a commit on top of a branch, which is made when there is none. @returns its id. */
  commit(
    branch: string,
    id = createHash('sha1')
      .update(`${this.fullName} ${String(++this.#commits)}`)
      .digest('hex'),
  ): string {
    const commits = this.branches.get(branch) ?? [...(this.branches.get(this.defaultBranch) ?? [])];
    this.branches.set(branch, [...commits, id]);
    return id;
  }

  /** Closes or merges a pull request, as a person would; `headCommit` when its branch has moved since it was opened. */
  end(number: number, state: 'closed' | 'merged', headCommit?: string): void {
    const at = this.pullRequests.findIndex((one) => one.number === number);
    const found = this.pullRequests[at];
    if (found !== undefined)
      this.pullRequests[at] = { ...found, state, headCommit: headCommit ?? found.headCommit };
  }
}
