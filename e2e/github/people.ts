import { openIssue, signedWebhook, type CommentState, type IssueState } from '@drydock/testing';
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

/** How a webhook may differ from one that GitHub sends for a person. */
interface Unlike {
  readonly guid?: string;
  readonly action?: string;
  readonly type?: 'User' | 'Bot';
}

/** What people do at `acme/shop`, and the webhooks that GitHub sends of it. */
export class People {
  readonly #shop: Shop;

  constructor(shop: Shop) {
    this.#shop = shop;
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

  /** The comment is there, and GitHub tells of it. */
  async says(
    sender: string,
    issue: IssueState,
    body: string,
  ): Promise<Sent & { readonly comment: CommentState }> {
    const at = new Date().toISOString();
    const { state } = this.#shop.github;
    const author = state.user(sender).login;
    const comment: CommentState = { id: state.nextId(), author, body, createdAt: at, updatedAt: at };
    issue.comments.push(comment);
    return { ...(await this.tells(sender, issue, comment)), comment };
  }

  /** GitHub tells of a comment that is there, perhaps not for the first time. */
  tells(sender: string, issue: IssueState, { id, body }: CommentState, unlike: Unlike = {}): Promise<Sent> {
    const common = this.#common(sender, unlike, 'created');
    const comment = { id, body, user: common.sender };
    return this.#send('issue_comment', { ...common, issue: about(issue), comment }, unlike);
  }

  #common(login: string, { action, type = 'User' }: Unlike, normally: string) {
    const { repository, github } = this.#shop;
    const { id, name, owner } = repository;
    return {
      action: action ?? normally,
      repository: {
        ...{ id, name, owner: { login: owner, type: 'Organization' } },
        clone_url: urlOf(github, repository),
      },
      sender: { login, type },
    };
  }

  async #send<E extends 'issues' | 'issue_comment'>(
    event: E,
    payload: GithubPayload<E>,
    { guid }: Unlike,
  ): Promise<Sent> {
    const signed = signedWebhook(event, payload, {
      secret: WEBHOOK_SECRET,
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

const about = ({ number, title, body, createdAt }: IssueState) => ({
  ...{ number, title, body },
  updated_at: createdAt,
});
