import {
  GITHUB_EVENTS,
  isGithubEvent,
  type FrozenTrigger,
  type GithubEvent,
  type GithubPayload,
  type TriggerKind,
} from '@drydock/contracts';
import type { z } from 'zod';
import { commandOf, isSameLogin, mentionsIn } from './command.ts';
import { cutText } from './untrusted-text.ts';

/** In everything that we say ourselves, unseen. A comment with it is ours, whichever account it is under. */
export const OWN_MARK = '<!-- drydock:';
/** The label that starts a task. */
export const TRIGGER_LABEL = 'drydock';

/** Bytes of UTF-8 kept of each text. */
export const MAX_TEXT_BYTES = 60 * 1024;
const MAX_TITLE_BYTES = 1024;
const MAX_HUNK_BYTES = 8 * 1024;

export type IgnoredReason = 'event_not_used' | 'action_not_used' | 'no_trigger';
export type RefusedReason =
  'payload_invalid' | 'sender_is_bot' | 'own_comment' | 'comment_edited' | 'sender_is_not_author';

export type ReadEvent =
  | { readonly is: 'trigger'; readonly semanticKey: string; readonly trigger: FrozenTrigger }
  | { readonly is: 'ignored'; readonly reason: IgnoredReason }
  | {
      readonly is: 'refused';
      readonly reason: RefusedReason;
      readonly actor: string;
      readonly subject: string;
    };

/** An event in one shape, whatever it is called. */
interface Happening {
  readonly action: string;
  readonly payload: Pick<GithubPayload<'issues'>, 'repository' | 'sender' | 'installation'>;
  readonly about: {
    readonly number: number;
    readonly title: string;
    readonly body?: string | null | undefined;
  };
  readonly isPullRequest: boolean;
  readonly said: FrozenTrigger['said'];
  readonly author: string | null;
  readonly assignee: string | null;
  readonly kind: TriggerKind | null;
  /** What tells this happening from another of its kind on the same issue. */
  readonly which: string;
}

const ignored = (reason: IgnoredReason): ReadEvent => ({ is: 'ignored', reason });

/** Whether one of these accounts may be us. */
const mayBeUs = (logins: Iterable<string>, self: string | null): boolean => {
  const all = [...logins];
  return self === null ? all.length > 0 : all.some((login) => isSameLogin(login, self));
};

const kindOfText = (text: string, self: string | null): TriggerKind | null =>
  commandOf(text) !== null ? 'comment' : mayBeUs(mentionsIn(text), self) ? 'mention' : null;

const timeOf = (time: string | null | undefined) => (time == null ? {} : { saidAt: time });

type Reader<E extends GithubEvent> = (payload: GithubPayload<E>, self: string | null) => Happening;

const ofIssue: Reader<'issues'> = (payload, self) => {
  const { action, issue, label, assignee } = payload;
  const isLabel = action === 'labeled' && label?.name.toLowerCase() === TRIGGER_LABEL;
  const isForUs = action === 'assigned' && mayBeUs(assignee ? [assignee.login] : [], self);
  return {
    action,
    payload,
    about: issue,
    isPullRequest: false,
    said: null,
    author: null,
    assignee: action === 'assigned' ? (assignee?.login ?? null) : null,
    kind: isLabel ? 'label' : isForUs ? 'assignment' : null,
    // Taken off and put on again, it is another wish; so are two people who are assigned at once.
    which: action === 'assigned' ? `${issue.updated_at}:${assignee?.login ?? ''}` : issue.updated_at,
  };
};

const ofComment: Reader<'issue_comment'> = (payload, self) => {
  const { action, issue, comment } = payload;
  const text = cutText(comment.body ?? '', MAX_TEXT_BYTES);
  return {
    action,
    payload,
    about: issue,
    isPullRequest: issue.pull_request != null,
    said: { id: comment.id, text, ...timeOf(comment.created_at), at: null },
    author: comment.user?.login ?? null,
    assignee: null,
    kind: kindOfText(text, self),
    which: `comment:${String(comment.id)}`,
  };
};

const ofReview: Reader<'pull_request_review'> = (payload, self) => {
  const { action, pull_request: about, review } = payload;
  const text = cutText(review.body ?? '', MAX_TEXT_BYTES);
  const wantsChanges = review.state.toLowerCase() === 'changes_requested';
  return {
    action,
    payload,
    about,
    isPullRequest: true,
    said: { id: review.id, text, ...timeOf(review.submitted_at), at: null },
    author: review.user?.login ?? null,
    assignee: null,
    kind: wantsChanges ? 'review' : kindOfText(text, self),
    which: `review:${String(review.id)}`,
  };
};

const ofReviewComment: Reader<'pull_request_review_comment'> = (payload, self) => {
  const { action, pull_request: about, comment } = payload;
  const text = cutText(comment.body ?? '', MAX_TEXT_BYTES);
  const hunk = cutText(comment.diff_hunk, MAX_HUNK_BYTES);
  const reviewId = comment.pull_request_review_id ?? undefined;
  return {
    action,
    payload,
    about,
    isPullRequest: true,
    said: {
      id: comment.id,
      text,
      ...timeOf(comment.created_at),
      ...(reviewId !== undefined && { reviewId }),
      at: { path: comment.path, line: comment.line ?? null, hunk },
    },
    author: comment.user?.login ?? null,
    assignee: null,
    kind: kindOfText(text, self),
    // However many remarks of one review speak to us, somebody has spoken once.
    which:
      reviewId === undefined
        ? `review_comment:${String(comment.id)}`
        : `remarks_of_review:${String(reviewId)}`,
  };
};

const reading =
  <T>(schema: z.ZodType<T>, of: (payload: T, self: string | null) => Happening) =>
  (payload: unknown, self: string | null): Happening | null => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? of(parsed.data, self) : null;
  };

const READERS = {
  issues: reading(GITHUB_EVENTS.issues, ofIssue),
  issue_comment: reading(GITHUB_EVENTS.issue_comment, ofComment),
  pull_request_review: reading(GITHUB_EVENTS.pull_request_review, ofReview),
  pull_request_review_comment: reading(GITHUB_EVENTS.pull_request_review_comment, ofReviewComment),
} as const satisfies Record<GithubEvent, unknown>;

/** Actions by which something comes to be. Whatever else happens to it later starts nothing. */
const FRESH: { readonly [E in GithubEvent]: readonly string[] } = {
  issues: ['labeled', 'assigned'],
  issue_comment: ['created'],
  pull_request_review: ['submitted'],
  pull_request_review_comment: ['created'],
};

/** Triggers that are meant for an account. */
const NAMES_US: ReadonlySet<TriggerKind> = new Set(['mention', 'assignment']);

const freeze = (kind: TriggerKind, happening: Happening): FrozenTrigger => {
  const { payload, about, isPullRequest, said, assignee } = happening;
  const { id, owner, name, clone_url: cloneUrl } = payload.repository;
  return {
    v: 1,
    kind,
    repository: { id, owner: owner.login, name, cloneUrl },
    installationId: payload.installation?.id ?? null,
    sender: payload.sender.login,
    ...(payload.sender.id !== undefined && { senderId: payload.sender.id }),
    number: about.number,
    isPullRequest,
    title: cutText(about.title, MAX_TITLE_BYTES),
    body: cutText(about.body ?? '', MAX_TEXT_BYTES),
    said,
    assignee,
  };
};

const refusalOf = (
  event: GithubEvent,
  { action, payload, said, author }: Happening,
): RefusedReason | null => {
  const { sender } = payload;
  if (sender.type !== 'User' || sender.login.endsWith('[bot]')) return 'sender_is_bot';
  if (said?.text.includes(OWN_MARK) === true) return 'own_comment';
  if (!FRESH[event].includes(action)) return 'comment_edited';
  if (author !== null && author !== sender.login) return 'sender_is_not_author';
  return null;
};

/**
 * What an event is to us, by its own words alone: neither what the repository allows nor who the sender is has been asked.
 * Refused is what would start something and may not.
 * @param self - our login; null: not known, so that whoever is mentioned or assigned may be us.
 */
export const readEvent = (event: string, payload: unknown, self: string | null): ReadEvent => {
  if (!isGithubEvent(event)) return ignored('event_not_used');
  const happening = READERS[event](payload, self);
  if (happening === null)
    return { is: 'refused', reason: 'payload_invalid', actor: 'github', subject: event };
  const { action, kind, payload: of, about, which } = happening;
  if (!FRESH[event].includes(action) && action !== 'edited') return ignored('action_not_used');
  if (kind === null) return ignored('no_trigger');
  const reason = refusalOf(event, happening);
  // It starts nothing, whoever is meant: as long as we do not know our name, that is hardly ever us.
  if (reason !== null && self === null && NAMES_US.has(kind)) return ignored('no_trigger');
  const subject = `${of.repository.owner.login}/${of.repository.name}#${String(about.number)}`;
  if (reason !== null) return { is: 'refused', reason, actor: `github:${of.sender.login}`, subject };
  const key = [of.repository.id, about.number, which, action].map(String).join(':');
  return { is: 'trigger', semanticKey: `github:${key}`, trigger: freeze(kind, happening) };
};
