import { AppError } from '@drydock/domain';
import type { NewPullRequest, PullRequest } from '@drydock/engine';
import type { GithubCalls } from './github-calls.ts';
import { refusalIn, toForgeError } from './github-refusal.ts';
import { answerMayBeLost } from './lost-answer.ts';

/** What lists and single answers have in common. */
interface Shown {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
}

const pullRequestOf = ({ number, html_url, state, merged_at, head, base }: Shown): PullRequest => ({
  number,
  url: html_url,
  state: merged_at !== null ? 'merged' : state === 'open' ? 'open' : 'closed',
  headCommit: head.sha,
  baseBranch: base.ref,
});

/** The newest from this branch, of the repository itself: a fork's branch of that name is another. */
export const findPullRequest = (
  calls: GithubCalls,
  branch: string,
  filter: { readonly state: 'open' | 'all'; readonly base?: string },
): Promise<PullRequest | null> =>
  calls.run(async (client, request) => {
    const { owner } = calls.repo;
    const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', {
      ...calls.repo,
      ...filter,
      head: `${owner}:${branch}`,
      sort: 'created',
      direction: 'desc',
      per_page: 1,
      request,
    });
    // GitHub drops a filter that it cannot read, and would list all
    const found = data.find(({ head }) => head.ref === branch);
    return found === undefined ? null : pullRequestOf(found);
  });

const refusalOf = (words: string, { base, head }: NewPullRequest, subject: string): AppError | undefined => {
  const says = ` GitHub says: ${words}`;
  if (/No commits between/i.test(words))
    return new AppError('forge_nothing_to_deliver', `${base} has all of the branch ${head} already.`);
  if (/"field":"base"/.test(words))
    return new AppError(
      'forge_base_not_found',
      `${subject} has no branch ${base}. Name another base.${says}`,
    );
  if (/"field":"head"/.test(words))
    return new AppError(
      'forge_refused',
      `${subject} has no branch ${head} to open a pull request from.${says}`,
    );
  if (/draft/i.test(words))
    return new AppError('forge_refused', `${subject} takes no drafts. Set "draft" to false.${says}`);
  return undefined;
};

/** Whether it may be there nevertheless: it was refused as a second one, or the answer to the first was lost. */
const mayBeThere = (error: unknown): boolean => {
  if (answerMayBeLost(error)) return true;
  const refusal = refusalIn(error);
  return refusal?.status === 422 && /already exists/i.test(refusal.words);
};

/** Asked for once, never again without a look: what is there already is found. */
export const openPullRequest = async (calls: GithubCalls, order: NewPullRequest): Promise<PullRequest> => {
  const { maintainerCanModify: maintainer_can_modify, ...rest } = order;
  const look = async (error: AppError): Promise<PullRequest> => {
    const found = await findPullRequest(calls, order.head, { state: 'open', base: order.base });
    if (found === null) throw error;
    return found;
  };
  return calls.run(
    async (client, request) => {
      const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
        ...calls.repo,
        ...rest,
        maintainer_can_modify,
        request: { ...request, retries: 0 },
      });
      return pullRequestOf(data);
    },
    (error) =>
      mayBeThere(error)
        ? look(toForgeError(error, calls.subject))
        : refusalOf(refusalIn(error)?.words ?? '', order, calls.subject),
  );
};
