import type { CommitVerdict } from '@drydock/engine';
import type { GithubCalls } from './github-calls.ts';

const NAME = 'drydock/verify';
/** Of a commit status. */
const MOST_DESCRIPTION = 140;

/** Told again, GitHub shows the newest run of a name. */
export const reportCheckRun = (calls: GithubCalls, verdict: CommitVerdict): Promise<void> =>
  calls.run(async (client, request) => {
    await client.request('POST /repos/{owner}/{repo}/check-runs', {
      ...calls.repo,
      name: NAME,
      head_sha: verdict.commit,
      external_id: verdict.taskId,
      status: 'completed',
      conclusion: verdict.isPassed ? 'success' : 'failure',
      output: { title: verdict.summary, summary: verdict.summary },
      ...(verdict.detailsUrl !== null && { details_url: verdict.detailsUrl }),
      request,
    });
  });

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
