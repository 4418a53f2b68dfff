import type {
  ForgeConversation,
  ForgePermission,
  PullRequestFacts,
  Reaction,
  ReactionTarget,
  ReviewRemark,
} from '@drydock/engine';
import type { GithubCalls } from './github-calls.ts';
import type { GithubClient } from './github-client.ts';
import { ifMissing, refusedIfMissing } from './missing-thing.ts';
import { findOwnComment, readPullRequest, readRemarks } from './read-conversation.ts';

const PERMISSIONS = ['admin', 'write', 'read', 'none'] as const satisfies readonly ForgePermission[];

/**
 * `permission` is coarse, and what rights follow from. A role's name only tells apart what it folds together: an organization
 * may give its own roles any name.
 */
const permissionIn = (permission: string, role: string): ForgePermission => {
  if (permission === 'write' && role === 'maintain') return role;
  if (permission === 'read' && role === 'triage') return role;
  return PERMISSIONS.find((one) => one === permission) ?? 'none';
};

type LoginOf = (client: GithubClient, request: { readonly signal: AbortSignal }) => Promise<string>;

/** The talk of one repository with one credential. */
export class GithubConversation implements ForgeConversation {
  readonly #calls: GithubCalls;
  readonly #login: LoginOf;

  /** @param login - of the account that the credential is of. */
  constructor(calls: GithubCalls, login: LoginOf) {
    this.#calls = calls;
    this.#login = login;
  }

  self(): Promise<string> {
    return this.#calls.run(this.#login);
  }

  permissionOf(login: string): Promise<ForgePermission> {
    return this.#calls.run<ForgePermission>(
      async (client, request) => {
        const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
        const { data } = await client.request(route, { ...this.#calls.repo, username: login, request });
        return permissionIn(data.permission, data.role_name);
      },
      ifMissing(this.#calls, 'none'),
    );
  }

  pullRequest(number: number): Promise<PullRequestFacts | null> {
    return readPullRequest(this.#calls, number);
  }

  asksForChanges(number: number, reviewId: number): Promise<boolean> {
    return this.#calls.run<boolean>(
      async (client, request) => {
        const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}';
        const options = { ...this.#calls.repo, pull_number: number, review_id: reviewId, request };
        return (await client.request(route, options)).data.state === 'CHANGES_REQUESTED';
      },
      ifMissing(this.#calls, false),
    );
  }

  remarks(number: number, reviewId: number | null): Promise<readonly ReviewRemark[]> {
    return readRemarks(this.#calls, number, reviewId);
  }

  react({ kind, id }: ReactionTarget, content: Reaction): Promise<number> {
    const options = { ...this.#calls.repo, content };
    return this.#calls.run<number>(
      async (client, request) => {
        const common = { ...options, request };
        if (kind === 'issue') {
          const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions';
          return (await client.request(route, { ...common, issue_number: id })).data.id;
        }
        if (kind === 'comment') {
          const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';
          return (await client.request(route, { ...common, comment_id: id })).data.id;
        }
        const route = 'POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions';
        return (await client.request(route, { ...common, comment_id: id })).data.id;
      },
      refusedIfMissing(this.#calls, 'comment or issue to react to'),
    );
  }

  /** Asked for once: a try that lost its answer may have had its effect, and only the caller knows how to look for it. */
  comment(number: number, body: string): Promise<number> {
    return this.#calls.run<number>(
      async (client, request) => {
        const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
        const { data } = await client.request(route, {
          ...this.#calls.repo,
          issue_number: number,
          body,
          request: { ...request, retries: 0 },
        });
        return Number(data.id);
      },
      refusedIfMissing(this.#calls, 'issue or pull request to comment on'),
    );
  }

  editComment(id: number, body: string): Promise<boolean> {
    return this.#calls.run<boolean>(
      async (client, request) => {
        const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
        await client.request(route, { ...this.#calls.repo, comment_id: id, body, request });
        return true;
      },
      ifMissing(this.#calls, false),
    );
  }

  async findComment(number: number, mark: string): Promise<number | null> {
    return findOwnComment(this.#calls, number, { mark, self: await this.self() });
  }
}
