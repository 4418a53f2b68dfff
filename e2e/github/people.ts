import { addReview, openIssue, signedWebhook, type CommentState, type IssueState } from '@drydock/testing';
import type { GithubPayload } from '@drydock/contracts';
import { urlOf, type Shop } from './shop.ts';

export const WEBHOOK_SECRET = 'a secret of the webhook';

export interface Sent {
  readonly status: number;
  readonly state: string;
  readonly reason: string | null;
  /** Id under which it is kept. */
  readonly inbound: string;
}

type NewReview = Parameters<typeof addReview>[2];

/** How a webhook may differ from one that GitHub sends for a person. */
interface Unlike {
  readonly guid?: string;
  readonly action?: string;
  readonly type?: 'User' | 'Bot';
  /** Of another repository than the one that it is about. */
  readonly cloneUrl?: string;
}

/** What people do at the shop's repository, and the webhooks that GitHub sends of it. */
export class People {
  readonly #shop: Shop;
  readonly #secret: string;

  constructor(shop: Shop, secret = WEBHOOK_SECRET) {
    this.#shop = shop;
    this.#secret = secret;
  }

  opens(author: string, title: string): IssueState {
    const { repository, github } = this.#shop;
    return openIssue(repository, github.state, { author, title, body: `Please: ${title}` });
  }

  async labels(sender: string, issue: IssueState, unlike: Unlike = {}): Promise<Sent> {
    issue.labels.add('drydock');
    const label = { name: 'drydock' };
    return this.#send(
      'issues',
      { ...this.#common(sender, unlike, 'labeled'), issue: about(issue), label },
      unlike,
    );
  }

  assigns(sender: string, issue: IssueState, login: string): Promise<Sent> {
    issue.assignees.add(login);
    const { type } = this.#shop.github.state.user(login);
    const payload = {
      ...this.#common(sender, {}, 'assigned'),
      issue: about(issue),
      assignee: { login, type },
    };
    return this.#send('issues', payload, {});
  }

  /** The comment is there, and nobody has told of it. */
  writes(author: string, issue: IssueState, body: string): CommentState {
    const at = new Date().toISOString();
    const { state } = this.#shop.github;
    const { login } = state.user(author);
    const comment: CommentState = { id: state.nextId(), author: login, body, createdAt: at, updatedAt: at };
    issue.comments.push(comment);
    return comment;
  }

  /** The comment is there, and GitHub tells of it. */
  async says(
    sender: string,
    issue: IssueState,
    body: string,
  ): Promise<Sent & { readonly comment: CommentState }> {
    const comment = this.writes(sender, issue, body);
    return { ...(await this.tells(sender, issue, comment)), comment };
  }

  /** GitHub tells of a comment that is there, perhaps not for the first time. */
  tells(
    sender: string,
    issue: IssueState,
    { id, body, createdAt }: CommentState,
    unlike: Unlike = {},
  ): Promise<Sent> {
    const common = this.#common(sender, unlike, 'created');
    const comment = { id, body, user: common.sender, created_at: createdAt };
    return this.#send('issue_comment', { ...common, issue: about(issue), comment }, unlike);
  }

  /** Asks for changes in a review of a pull request, and GitHub tells of it. */
  reviews(sender: string, pull: IssueState, review: Pick<NewReview, 'body' | 'said'>): Promise<Sent> {
    const { repository, github } = this.#shop;
    const made = { number: pull.number, author: sender, state: 'CHANGES_REQUESTED' as const, ...review };
    const { id, body, at } = addReview(repository, github.state, made);
    const common = this.#common(sender, {}, 'submitted');
    const told = { id, body, state: 'changes_requested', user: common.sender, submitted_at: at };
    return this.#send('pull_request_review', { ...common, pull_request: about(pull), review: told }, {});
  }

  #common(login: string, { action, type = 'User', cloneUrl }: Unlike, normally: string) {
    const { repository, github } = this.#shop;
    const { id, name, owner } = repository;
    return {
      action: action ?? normally,
      repository: {
        ...{ id, name, owner: { login: owner, type: 'Organization' } },
        clone_url: cloneUrl ?? urlOf(github, repository),
      },
      sender: { id: github.state.user(login).id, login, type },
    };
  }

  async #send<E extends 'issues' | 'issue_comment' | 'pull_request_review'>(
    event: E,
    payload: GithubPayload<E>,
    { guid }: Unlike,
  ): Promise<Sent> {
    const signed = signedWebhook(event, payload, {
      secret: this.#secret,
      ...(guid !== undefined && { guid }),
    });
    const answer = await fetch(`${this.#shop.system.url}/v1/webhooks/github`, {
      method: 'POST',
      body: signed.body.toString(),
      headers: signed.headers,
    });
    const { id, state, reason } = (await answer.json()) as Sent & { id: string };
    return { status: answer.status, state, reason, inbound: `github:${id}` };
  }
}

const about = ({ number, title, body, createdAt, pull }: IssueState) => ({
  ...{ number, title, body },
  updated_at: createdAt,
  ...(pull !== null && { pull_request: {} }),
});
