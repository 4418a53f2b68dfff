import { AppError, noreplyAddress, type ErrorCode } from '@drydock/domain';
import type {
  CommitVerdict,
  ForgeSession,
  GitPerson,
  NewPullRequest,
  PullRequest,
  RepositoryFacts,
} from '@drydock/engine';
import { decorate } from './decorate.ts';
import type { GithubCalls } from './github-calls.ts';
import type { GithubClient } from './github-client.ts';
import { refusalIn, toForgeError } from './github-refusal.ts';
import { ifMissing } from './missing-thing.ts';
import type { KnownFacts } from './minted-facts.ts';
import { findPullRequest, openPullRequest } from './open-pull-request.ts';
import type { Account } from './own-accounts.ts';
import { reportCheckRun, reportStatus } from './report-verdict.ts';

/** What is known of the credential that GitHub does not say with the repository. */
export interface CredentialFacts {
  /** An installation's: it may make check runs, and GitHub names its rights with the token only. */
  readonly isInstallation: boolean;
  readonly mayPush: boolean;
  /** What came with the token a moment ago; null: nothing. */
  readonly takeFacts: () => KnownFacts | null;
  readonly account: (client: GithubClient, request: { readonly signal: AbortSignal }) => Promise<Account>;
  /** Of the pages and of git. */
  readonly host: string;
}

const NOBODY: ReadonlySet<ErrorCode> = new Set(['forge_permission_missing', 'forge_repository_not_found']);

/** One repository at GitHub with one credential. */
export class GithubSession implements ForgeSession {
  readonly #calls: GithubCalls;
  readonly #credential: CredentialFacts;

  constructor(calls: GithubCalls, credential: CredentialFacts) {
    this.#calls = calls;
    this.#credential = credential;
  }

  async facts(): Promise<RepositoryFacts> {
    const known = this.#credential.takeFacts();
    if (known !== null) return { ...known, mayPush: this.#credential.mayPush };
    return this.#calls.run(async (client, request) => {
      const { data } = await client.request('GET /repos/{owner}/{repo}', { ...this.#calls.repo, request });
      return {
        forgeId: Number(data.id),
        fullName: data.full_name,
        defaultBranch: data.default_branch,
        isArchived: data.archived,
        mayPush: this.#credential.isInstallation
          ? this.#credential.mayPush
          : (data.permissions?.push ?? false),
      };
    });
  }

  author(): Promise<GitPerson | null> {
    const { account, host } = this.#credential;
    return this.#calls.run<GitPerson | null>(
      async (client, request) => {
        const { id, login } = await account(client, request);
        return { name: login, email: noreplyAddress({ id, login }, host) };
      },
      // The token of an automation is nobody's
      (error) => (NOBODY.has(toForgeError(error, 'account').code) ? Promise.resolve(null) : undefined),
    );
  }

  branchTip(branch: string): Promise<string | null> {
    return this.#calls.run<string | null>(
      async (client, request) => {
        const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
        const { data } = await client.request(route, {
          ...this.#calls.repo,
          ref: `heads/${branch}`,
          request,
        });
        return data.object.sha;
      },
      (error) => (refusalIn(error)?.status === 404 ? Promise.resolve(null) : undefined),
    );
  }

  commitsBehind(from: string, branch: string): Promise<number | null> {
    return this.#calls.run<number | null>(
      async (...call) => (await this.#compare(`${branch}...${from}`, ...call)).behind_by,
      (error) => (refusalIn(error)?.status === 404 ? this.#whyNoComparison(from, branch) : undefined),
    );
  }

  async #whyNoComparison(from: string, branch: string): Promise<null> {
    if ((await this.branchTip(branch)) === null) return null;
    throw new AppError(
      'forge_base_not_found',
      `The history of ${this.#calls.subject} no longer has the commit ${from}. Submit the task again.`,
    );
  }

  hasCommit(branch: string, commit: string): Promise<boolean> {
    return this.#calls.run<boolean>(
      async (...call) => (await this.#compare(`${branch}...${commit}`, ...call)).ahead_by === 0,
      ifMissing(this.#calls, false),
    );
  }

  /** @param basehead - the branch first, so that the answer has neither the commits nor the files that the other one lacks. */
  async #compare(
    basehead: string,
    client: GithubClient,
    request: { readonly signal: AbortSignal },
  ): Promise<{ readonly ahead_by: number; readonly behind_by: number }> {
    const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
    const { data } = await client.request(route, { ...this.#calls.repo, basehead, per_page: 1, request });
    return data;
  }

  findPullRequest(headBranch: string): Promise<PullRequest | null> {
    return findPullRequest(this.#calls, headBranch, { state: 'all' });
  }

  openPullRequest(request: NewPullRequest): Promise<PullRequest> {
    return openPullRequest(this.#calls, request);
  }

  decorate(
    number: number,
    wanted: { readonly labels: readonly string[]; readonly reviewers: readonly string[] },
  ): Promise<{ readonly unknown: readonly string[] }> {
    return decorate(this.#calls, number, wanted);
  }

  report(verdict: CommitVerdict): Promise<void> {
    return this.#credential.isInstallation
      ? reportCheckRun(this.#calls, verdict)
      : reportStatus(this.#calls, verdict);
  }
}
