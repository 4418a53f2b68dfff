import { notFound, Refusal } from '../refusal.ts';
import type { CheckRunState } from '../repository-state.ts';
import { repositoryRoute, type RepositoryCall } from '../route.ts';
import { checkRun, commitStatus } from '../shapes/check.ts';

const READ = { permission: 'checks', level: 'read' } as const;
const WRITE = { permission: 'checks', level: 'write' } as const;
const STATUSES = { permission: 'statuses', level: 'write' } as const;

const mustExist = async (sha: string, { repository }: RepositoryCall<unknown>): Promise<void> => {
  if ((await repository.git.resolve(sha)) === null) throw new Refusal(422, `No commit found for SHA: ${sha}`);
};

const onlyApps = ({ caller }: RepositoryCall<unknown>): void => {
  if (caller.kind !== 'installation') throw new Refusal(403, 'You must authenticate via a GitHub App.');
};

export const checkRoutes = [
  repositoryRoute('post', '/repos/{owner}/{repo}/check-runs', WRITE, async (call) => {
    onlyApps(call);
    const { body, repository, state } = call;
    await mustExist(body.head_sha, call);
    const made: CheckRunState = {
      id: state.nextId(),
      commit: body.head_sha,
      name: body.name,
      externalId: body.external_id ?? null,
      detailsUrl: body.details_url ?? null,
      status: body.status ?? 'queued',
      conclusion: body.conclusion === 'stale' ? null : (body.conclusion ?? null),
      title: body.output?.title ?? null,
      summary: body.output?.summary ?? null,
      at: new Date().toISOString(),
    };
    repository.checkRuns.push(made);
    return { status: 201 as const, body: checkRun(made, call) };
  }),
  repositoryRoute('patch', '/repos/{owner}/{repo}/check-runs/{check_run_id}', WRITE, (call) => {
    onlyApps(call);
    const one = call.repository.checkRuns.find(({ id }) => id === Number(call.params.check_run_id));
    if (one === undefined) throw notFound();
    const { status, conclusion, output, details_url } = call.body;
    if (status !== undefined) one.status = status;
    if (conclusion !== undefined && conclusion !== 'stale') one.conclusion = conclusion;
    if (details_url !== undefined) one.detailsUrl = details_url;
    if (output !== undefined)
      Object.assign(one, { summary: output.summary, title: output.title ?? one.title });
    return { status: 200 as const, body: checkRun(one, call) };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/commits/{ref}/check-runs', READ, (call) => {
    const found = call.repository.checkRuns.filter(
      ({ commit, name }) => commit === call.params.ref && (call.query.check_name ?? name) === name,
    );
    return {
      status: 200 as const,
      body: { total_count: found.length, check_runs: found.map((one) => checkRun(one, call)) },
    };
  }),
  repositoryRoute('post', '/repos/{owner}/{repo}/statuses/{sha}', STATUSES, async (call) => {
    const { body, params, repository, state, login } = call;
    await mustExist(params.sha, call);
    const made = {
      id: state.nextId(),
      commit: params.sha,
      context: body.context ?? 'default',
      state: body.state,
      description: body.description ?? null,
      targetUrl: body.target_url ?? null,
      author: login,
      at: new Date().toISOString(),
    };
    repository.statuses.push(made);
    return { status: 201 as const, body: commitStatus(made, call) };
  }),
];
