import { AppError } from '@drydock/domain';
import type {
  ForgeConversation,
  ForgeConversations,
  ForgePermission,
  PullRequestFacts,
  Reaction,
  ReactionTarget,
  ReviewRemark,
} from '../ports/forge-conversation.ts';
import type { ForgeRepository } from '../ports/forge.ts';

const MOST_REMARKS = 200;

interface Said {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  body: string;
}

/** People of one repository in memory, and what is said to them. */
export class FakeConversations implements ForgeConversations, ForgeConversation {
  login = 'drydock-acme[bot]';
  /** Who is not here has no permission. */
  readonly permissions = new Map<string, ForgePermission>([['octocat', 'write']]);
  readonly pulls = new Map<number, PullRequestFacts>();
  readonly said: Said[] = [];
  readonly reactions = new Map<string, number>();
  /** By the id of their review. */
  readonly reviews = new Map<number, readonly ReviewRemark[]>();
  /** Ids of the reviews that ask for changes. */
  readonly changeRequests = new Set<number>();
  /** The next call fails so. */
  failure: Error | null = null;
  /** The next call is obeyed, and its answer is lost. */
  losesNextAnswer = false;
  readonly calls: string[] = [];
  #lastId = 0;
  /** Of whoever asked last for a conversation. */
  #signal: AbortSignal | null = null;

  converse(_repository?: ForgeRepository, _token?: string, signal?: AbortSignal): ForgeConversation {
    this.#signal = signal ?? null;
    return this;
  }

  self(): Promise<string> {
    return this.#call('self', () => this.login);
  }

  permissionOf(login: string): Promise<ForgePermission> {
    return this.#call('permissionOf', () => this.permissions.get(login) ?? 'none');
  }

  pullRequest(number: number): Promise<PullRequestFacts | null> {
    return this.#call('pullRequest', () => this.pulls.get(number) ?? null);
  }

  asksForChanges(_number: number, reviewId: number): Promise<boolean> {
    return this.#call('asksForChanges', () => this.changeRequests.has(reviewId));
  }

  remarks(_number: number, reviewId: number | null): Promise<readonly ReviewRemark[]> {
    return this.#call('remarks', () =>
      (reviewId === null ? [...this.reviews.values()].flat() : (this.reviews.get(reviewId) ?? [])).slice(
        -MOST_REMARKS,
      ),
    );
  }

  react({ kind, id }: ReactionTarget, reaction: Reaction): Promise<number> {
    return this.#call('react', () => {
      const key = `${kind} ${String(id)} ${reaction}`;
      const number = this.reactions.get(key) ?? this.reactions.size + 1;
      this.reactions.set(key, number);
      return number;
    });
  }

  comment(number: number, body: string): Promise<number> {
    return this.#call('comment', () => this.hear(number, this.login, body));
  }

  /** Somebody says something. @returns the id of the comment. */
  hear(number: number, author: string, body: string): number {
    const id = ++this.#lastId;
    this.said.push({ id, number, author, body });
    return id;
  }

  /** Somebody removes a comment. */
  remove(id: number): void {
    const at = this.said.findIndex((one) => one.id === id);
    if (at >= 0) this.said.splice(at, 1);
  }

  editComment(id: number, body: string): Promise<boolean> {
    return this.#call('editComment', () => {
      const found = this.said.find((one) => one.id === id);
      if (found !== undefined) found.body = body;
      return found !== undefined;
    });
  }

  findComment(number: number, mark: string): Promise<number | null> {
    return this.#call(
      'findComment',
      () =>
        this.said.findLast(
          (one) => one.number === number && one.author === this.login && one.body.includes(mark),
        )?.id ?? null,
    );
  }

  async #call<T>(name: keyof ForgeConversation, act: () => T): Promise<T> {
    this.#signal?.throwIfAborted();
    this.calls.push(name);
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    const done = act();
    if (this.losesNextAnswer) {
      this.losesNextAnswer = false;
      throw new AppError('forge_unreachable', 'The answer was lost.');
    }
    return done;
  }
}
