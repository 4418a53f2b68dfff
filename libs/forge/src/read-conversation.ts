import type { PullRequestFacts, ReviewRemark } from '@drydock/engine';
import type { GithubCalls } from './github-calls.ts';
import { ifMissing } from './missing-thing.ts';

const PER_PAGE = 100;
const MOST_REMARKS = 200;
/** Of remarks that may be of other reviews. */
const MOST_PAGES = 10;
/** GitHub's own name for an account that is gone. */
const GHOST = 'ghost';

export const readPullRequest = (calls: GithubCalls, number: number): Promise<PullRequestFacts | null> =>
  calls.run<PullRequestFacts | null>(
    async (client, request) => {
      const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...calls.repo,
        pull_number: number,
        request,
      });
      return {
        number: data.number,
        state: data.merged ? 'merged' : data.state,
        title: data.title,
        headBranch: data.head.ref,
        headCommit: data.head.sha,
        // The description has it always there; it is null once a fork is deleted
        headRepository: (data.head.repo as typeof data.head.repo | null)?.full_name ?? null,
        baseBranch: data.base.ref,
      };
    },
    ifMissing(calls, null),
  );

/** From the newest backwards, so that a long history costs no more than what is wanted of it. */
export const readRemarks = (
  calls: GithubCalls,
  number: number,
  reviewId: number | null,
): Promise<readonly ReviewRemark[]> =>
  calls.run(async (client, request) => {
    const found: ReviewRemark[] = [];
    let pages = 0;
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments';
    const options = {
      ...calls.repo,
      pull_number: number,
      sort: 'created' as const,
      direction: 'desc' as const,
      per_page: PER_PAGE,
      request,
    };
    for await (const { data } of client.paginate.iterator(route, options)) {
      for (const { id, user, path, line, diff_hunk: hunk, body, ...rest } of data)
        if (reviewId === null || rest.pull_request_review_id === reviewId)
          found.push({
            id: Number(id),
            author: user?.login ?? GHOST,
            path,
            line: line ?? null,
            hunk,
            text: body,
            changedAt: new Date(rest.updated_at),
          });
      if (found.length >= MOST_REMARKS || ++pages >= MOST_PAGES) break;
    }
    return found.slice(0, MOST_REMARKS).reverse();
  });

/** GitHub lists the comments of an issue oldest first and no other way; an issue has 2,500 at most. */
export const findOwnComment = (
  calls: GithubCalls,
  number: number,
  { mark, self }: { readonly mark: string; readonly self: string },
): Promise<number | null> =>
  calls.run<number | null>(
    async (client, request) => {
      let newest: number | null = null;
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const options = { ...calls.repo, issue_number: number, per_page: PER_PAGE, request };
      for await (const { data } of client.paginate.iterator(route, options))
        for (const { id, user, body } of data)
          if (user?.login.toLowerCase() === self.toLowerCase() && body?.includes(mark) === true)
            newest = Number(id);
      return newest;
    },
    ifMissing(calls, null),
  );
