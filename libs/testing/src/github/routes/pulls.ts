import { pullOf } from '../lookups.ts';
import { invalid, notFound, Refusal } from '../refusal.ts';
import { newPull, type RepositoryState } from '../repository-state.ts';
import { repositoryRoute, type RepositoryCall } from '../route.ts';
import { pullRequest, pullRequestSimple, type PullRequestState } from '../shapes/pull-request.ts';
import { review, reviewComment } from '../shapes/review.ts';
import type { BodyOf, Operation } from '../wire-types.ts';

const READ = { permission: 'pull_requests', level: 'read' } as const;
const WRITE = { permission: 'pull_requests', level: 'write' } as const;
type Order = BodyOf<Operation<'/repos/{owner}/{repo}/pulls', 'post'>>;

const refused = (message: string): Refusal => invalid([{ resource: 'PullRequest', code: 'custom', message }]);
const missing = (field: 'base' | 'head'): Refusal =>
  invalid([{ resource: 'PullRequest', field, code: 'invalid' }]);

/** Throws what GitHub refuses: there is one open pull request per head and base, and it has to bring something. */
const checked = async (repository: RepositoryState, { head, base }: Order): Promise<string> => {
  const branch = head.replace(`${repository.owner}:`, '');
  const [headTip, baseTip] = [await repository.git.tip(branch), await repository.git.tip(base)];
  if (baseTip === null) throw missing('base');
  if (headTip === null) throw missing('head');
  const isOpen = repository.pulls.some(
    ({ state, pull }) => state === 'open' && pull.head === branch && pull.base === base && !pull.fork,
  );
  if (isOpen) throw refused(`A pull request already exists for ${repository.owner}:${branch}.`);
  const { ahead } = await repository.git.apart(baseTip, headTip);
  if (ahead === 0) throw refused(`No commits between ${base} and ${branch}`);
  return headTip;
};

const opened = async ({
  repository,
  state,
  login,
  body,
}: RepositoryCall<Operation<'/repos/{owner}/{repo}/pulls', 'post'>>) => {
  const headCommit = await checked(repository, body);
  const one: PullRequestState = {
    id: state.nextId(),
    number: repository.issues.length + 1,
    author: login,
    createdAt: new Date().toISOString(),
    title: body.title ?? '',
    body: body.body ?? null,
    state: 'open',
    closedAt: null,
    labels: new Set(),
    assignees: new Set(),
    comments: [],
    pull: newPull({
      head: body.head.replace(`${repository.owner}:`, ''),
      base: body.base,
      draft: body.draft ?? false,
      maintainerCanModify: body.maintainer_can_modify ?? false,
      headCommit,
    }),
  };
  repository.issues.push(one);
  return one;
};

const NOT_COLLABORATOR = (name: string) =>
  `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${name} repository.`;

export const pullRoutes = [
  repositoryRoute('get', '/repos/{owner}/{repo}/pulls', READ, async (call) => {
    const { state = 'open', head, base, direction = 'desc' } = call.query;
    const { owner } = call.repository;
    const found = call.repository.pulls.filter(
      (one) =>
        (state === 'all' || one.state === state) &&
        (head === undefined || head === `${one.pull.fork?.owner ?? owner}:${one.pull.head}`) &&
        (base === undefined || one.pull.base === base),
    );
    if (direction === 'desc') found.reverse();
    return {
      status: 200 as const,
      body: await Promise.all(found.map((one) => pullRequestSimple(one, call))),
    };
  }),
  repositoryRoute('post', '/repos/{owner}/{repo}/pulls', WRITE, async (call) => ({
    status: 201 as const,
    body: await pullRequest(await opened(call), call),
  })),
  repositoryRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}', READ, async (call) => ({
    status: 200 as const,
    body: await pullRequest(pullOf(call.repository, call.params.pull_number), call),
  })),
  repositoryRoute('patch', '/repos/{owner}/{repo}/pulls/{pull_number}', WRITE, async (call) => {
    const one = pullOf(call.repository, call.params.pull_number);
    const { title, body, state } = call.body;
    if (title !== undefined) one.title = title;
    if (body !== undefined) one.body = body;
    if (state !== undefined) one.state = state;
    return { status: 200 as const, body: await pullRequest(one, call) };
  }),
  repositoryRoute(
    'post',
    '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
    WRITE,
    async (call) => {
      const { repository, params, body } = call;
      const one = pullOf(repository, params.pull_number);
      const [people, teams] = [body.reviewers ?? [], body.team_reviewers ?? []];
      if (people.includes(one.author))
        throw new Refusal(422, 'Review cannot be requested from pull request author.');
      const areKnown =
        people.every((login) => repository.collaborators.has(login.toLowerCase())) &&
        teams.every((slug) => repository.teams.has(slug));
      if (!areKnown) throw new Refusal(422, NOT_COLLABORATOR(repository.fullName));
      for (const login of people) one.pull.reviewers.add(login);
      for (const slug of teams) one.pull.teams.add(slug);
      return { status: 201 as const, body: await pullRequestSimple(one, call) };
    },
  ),
  repositoryRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews', READ, (call) => {
    const one = pullOf(call.repository, call.params.pull_number);
    return { status: 200 as const, body: one.pull.reviews.map((each) => review(each, one, call)) };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}', READ, (call) => {
    const one = pullOf(call.repository, call.params.pull_number);
    const found = one.pull.reviews.find(({ id }) => id === Number(call.params.review_id));
    if (found === undefined) throw notFound();
    return { status: 200 as const, body: review(found, one, call) };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}/comments', READ, (call) => {
    const one = pullOf(call.repository, call.params.pull_number);
    const body = one.pull.reviewComments.map((each) => reviewComment(each, one, call));
    // Without `sort` there is no `direction`
    const { sort, direction } = call.query;
    return {
      status: 200 as const,
      body: sort !== undefined && direction === 'desc' ? body.toReversed() : body,
    };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/pulls/comments/{comment_id}', READ, (call) => {
    for (const one of call.repository.pulls) {
      const comment = one.pull.reviewComments.find(({ id }) => id === Number(call.params.comment_id));
      if (comment !== undefined) return { status: 200 as const, body: reviewComment(comment, one, call) };
    }
    throw notFound();
  }),
];
