import type { CommitVerdict } from '@drydock/engine';
import type { GithubCalls } from './github-calls.ts';
import type { GithubClient } from './github-client.ts';
import { toForgeError } from './github-refusal.ts';
import { answerMayBeLost } from './lost-answer.ts';

const NAME = 'drydock/verify';
/** Of a commit status. */
const MOST_DESCRIPTION = 140;
/** Of check runs of one name at one commit. */
const PER_PAGE = 100;

type Signalled = { readonly signal: AbortSignal };

const shown = ({ isPassed, summary, detailsUrl }: CommitVerdict) => ({
  status: 'completed' as const,
  conclusion: isPassed ? ('success' as const) : ('failure' as const),
  output: { title: summary, summary },
  ...(detailsUrl !== null && { details_url: detailsUrl }),
});

/** Changes the run that the task has at the commit already. @returns whether there is one. */
const changeShown = async (
  { repo }: GithubCalls,
  verdict: CommitVerdict,
  [client, request]: readonly [GithubClient, Signalled],
): Promise<boolean> => {
  const { data } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...repo,
    ref: verdict.commit,
    check_name: NAME,
    filter: 'all',
    per_page: PER_PAGE,
    request,
  });
  const own = data.check_runs.find(({ external_id }) => external_id === verdict.taskId);
  if (own === undefined) return false;
  const route = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
  await client.request(route, { ...repo, check_run_id: Number(own.id), ...shown(verdict), request });
  return true;
};

/** Asked for once, never again without a look: GitHub would show a second run beside the first. */
export const reportCheckRun = async (calls: GithubCalls, verdict: CommitVerdict): Promise<void> => {
  const look = (): Promise<boolean> =>
    calls.run((client, request) => changeShown(calls, verdict, [client, request]));
  if (verdict.mayBeShown && (await look())) return;
  await calls.run<unknown>(
    (client, request) =>
      client.request('POST /repos/{owner}/{repo}/check-runs', {
        ...calls.repo,
        name: NAME,
        head_sha: verdict.commit,
        external_id: verdict.taskId,
        ...shown(verdict),
        request: { ...request, retries: 0 },
      }),
    (error) =>
      answerMayBeLost(error)
        ? look().then((isThere) => {
            if (!isThere) throw toForgeError(error, calls.subject);
          })
        : undefined,
  );
};

/** For a token: check runs are for Apps only. Told again, the newest of a context counts. */
export const reportStatus = (calls: GithubCalls, verdict: CommitVerdict): Promise<void> =>
  calls.run(async (client, request) => {
    await client.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...calls.repo,
      sha: verdict.commit,
      context: NAME,
      state: verdict.isPassed ? 'success' : 'failure',
      description: verdict.summary.slice(0, MOST_DESCRIPTION),
      target_url: verdict.detailsUrl,
      request,
    });
  });
