import { AppError } from '@drydock/domain';
import type {
  CommitVerdict,
  ForgeSession,
  NewPullRequest,
  PullRequest,
  RepositoryFacts,
} from '@drydock/engine';
import { decorate } from './decorate.ts';
import type { GithubCalls } from './github-calls.ts';
import { refusalIn } from './github-refusal.ts';
import { findPullRequest, openPullRequest } from './open-pull-request.ts';
import { reportCheckRun, reportStatus } from './report-verdict.ts';

/** What is known of the credential that GitHub does not say with the repository. */
export interface CredentialFacts {
  /** An installation's: it may make check runs, and GitHub names its rights with the token only. */
  readonly isInstallation: boolean;
  readonly mayPush: boolean;
}

/** One repository at GitHub with one credential. */
export class GithubSession implements ForgeSession {
  readonly #calls: GithubCalls;
  readonly #credential: CredentialFacts;

  constructor(calls: GithubCalls, credential: CredentialFacts) {
    this.#calls = calls;
    this.#credential = credential;
  }

  facts(): Promise<RepositoryFacts> {
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

  commitsBehind(from: string, branch: string): Promise<number> {
    return this.#calls.run(
      async (client, request) => {
        const { data } = await client.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
          ...this.#calls.repo,
          basehead: `${from}...${branch}`,
          per_page: 1,
          request,
        });
        return data.ahead_by;
      },
      (error) =>
        refusalIn(error)?.status === 404
          ? new AppError(
              'forge_base_not_found',
              `${this.#calls.subject} has no branch ${branch}, or its history no longer has the commit ${from}. Name another base.`,
            )
          : undefined,
    );
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
