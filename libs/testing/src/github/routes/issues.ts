import { commentOf, issueOf, reviewCommentOf } from '../lookups.ts';
import { invalid } from '../refusal.ts';
import type { ReactionContent, ReactionState } from '../repository-state.ts';
import { repositoryRoute, type RepositoryCall } from '../route.ts';
import { issue, issueComment, reaction } from '../shapes/issue.ts';
import { label } from '../shapes/label.ts';

const READ = { permission: 'issues', or: 'pull_requests', level: 'read' } as const;
const WRITE = { permission: 'issues', or: 'pull_requests', level: 'write' } as const;
/** Whoever may read may talk. */
const TALK = { ...WRITE, userLevel: 'read' } as const;
const REVIEW_TALK = { permission: 'pull_requests', level: 'write', userLevel: 'read' } as const;
const LONGEST_LABEL = 50;

/** One reaction of each kind per person: asking again gives the first, with 200. */
const react = (on: string, content: ReactionContent, call: RepositoryCall<unknown>) => {
  const { reactions } = call.repository;
  const found = reactions.find(
    (one) => one.on === on && one.content === content && one.author === call.login,
  );
  if (found !== undefined) return { status: 200 as const, body: reaction(found, call) };
  const made: ReactionState = {
    id: call.state.nextId(),
    author: call.login,
    content,
    on,
    at: new Date().toISOString(),
  };
  reactions.push(made);
  return { status: 201 as const, body: reaction(made, call) };
};

const nameOf = (one: string | { name: string }): string => (typeof one === 'string' ? one : one.name);

export const issueRoutes = [
  repositoryRoute('get', '/repos/{owner}/{repo}/issues/{issue_number}', READ, (call) => ({
    status: 200 as const,
    body: issue(issueOf(call.repository, call.params.issue_number), call),
  })),
  repositoryRoute('post', '/repos/{owner}/{repo}/issues/{issue_number}/labels', WRITE, (call) => {
    const { repository, links, state } = call;
    const one = issueOf(repository, call.params.issue_number);
    const names = (call.body.labels ?? []).map(nameOf);
    if (names.some((name) => name.length > LONGEST_LABEL))
      throw invalid([{ resource: 'Label', field: 'name', code: 'invalid' }]);
    for (const name of names) {
      if (!repository.labels.has(name)) repository.labels.set(name, state.nextId());
      one.labels.add(name);
    }
    return { status: 200 as const, body: [...one.labels].map((name) => label(name, repository, links)) };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/issues/{issue_number}/comments', READ, (call) => {
    const one = issueOf(call.repository, call.params.issue_number);
    return { status: 200 as const, body: one.comments.map((each) => issueComment(each, one, call)) };
  }),
  repositoryRoute('post', '/repos/{owner}/{repo}/issues/{issue_number}/comments', TALK, (call) => {
    const one = issueOf(call.repository, call.params.issue_number);
    const at = new Date().toISOString();
    const made = {
      id: call.state.nextId(),
      author: call.login,
      body: call.body.body,
      createdAt: at,
      updatedAt: at,
    };
    one.comments.push(made);
    return { status: 201 as const, body: issueComment(made, one, call) };
  }),
  repositoryRoute('get', '/repos/{owner}/{repo}/issues/comments/{comment_id}', READ, (call) => {
    const found = commentOf(call.repository, call.params.comment_id);
    return { status: 200 as const, body: issueComment(found.comment, found.issue, call) };
  }),
  repositoryRoute('patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}', TALK, (call) => {
    const found = commentOf(call.repository, call.params.comment_id);
    found.comment.body = call.body.body;
    found.comment.updatedAt = new Date().toISOString();
    return { status: 200 as const, body: issueComment(found.comment, found.issue, call) };
  }),
  repositoryRoute('post', '/repos/{owner}/{repo}/issues/{issue_number}/reactions', TALK, (call) => {
    const { number } = issueOf(call.repository, call.params.issue_number);
    return react(`issue ${String(number)}`, call.body.content, call);
  }),
  repositoryRoute('post', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', TALK, (call) => {
    const { comment } = commentOf(call.repository, call.params.comment_id);
    return react(`comment ${String(comment.id)}`, call.body.content, call);
  }),
  repositoryRoute(
    'post',
    '/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions',
    REVIEW_TALK,
    (call) => {
      const { id } = reviewCommentOf(call.repository, call.params.comment_id);
      return react(`review comment ${String(id)}`, call.body.content, call);
    },
  ),
];
