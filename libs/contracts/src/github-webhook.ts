import { z } from 'zod';

// Of what GitHub sends, only what is used: everything else is dropped before anybody can come to rely on it.

const id = z.int().min(1);
const login = z.string().min(1).max(100);
const account = z.object({ id: id.optional(), login, type: z.string().max(50).default('User') });
const text = z.string().nullish();
const time = z.string().max(64);

const common = {
  action: z.string().max(100),
  repository: z.object({
    id,
    name: z.string().min(1).max(100),
    owner: account,
    clone_url: z.string().max(2048),
  }),
  sender: account,
  installation: z.object({ id }).nullish(),
};

const issue = z.object({
  number: id,
  title: z.string(),
  body: text,
  updated_at: time,
  /** There for pull requests, which are issues too. */
  pull_request: z.unknown().optional(),
});

const pullRequest = z.object({ number: id, title: z.string(), body: text });

/** Bodies of the events that may start something, by the name in `X-GitHub-Event`. */
export const GITHUB_EVENTS = {
  issues: z.object({
    ...common,
    issue,
    label: z.object({ name: z.string() }).nullish(),
    assignee: account.nullish(),
  }),
  issue_comment: z.object({
    ...common,
    issue,
    comment: z.object({ id, body: text, user: account.nullish(), created_at: time.nullish() }),
  }),
  pull_request_review: z.object({
    ...common,
    pull_request: pullRequest,
    review: z.object({
      id,
      body: text,
      state: z.string().max(50),
      user: account.nullish(),
      submitted_at: time.nullish(),
    }),
  }),
  pull_request_review_comment: z.object({
    ...common,
    pull_request: pullRequest,
    comment: z.object({
      id,
      body: text,
      user: account.nullish(),
      path: z.string().max(4096),
      line: z.int().nullish(),
      diff_hunk: z.string(),
      pull_request_review_id: id.nullish(),
      created_at: time.nullish(),
    }),
  }),
} as const;

export type GithubEvent = keyof typeof GITHUB_EVENTS;
export type GithubPayload<E extends GithubEvent> = z.infer<(typeof GITHUB_EVENTS)[E]>;

/** Whether events of that name may start something. */
export const isGithubEvent = (name: string): name is GithubEvent => Object.hasOwn(GITHUB_EVENTS, name);

/** How somebody asked. */
export const TRIGGER_KINDS = ['label', 'comment', 'assignment', 'mention', 'review'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/**
 * What is kept of an event, as it was when it came: nothing is read again later, so that an edit changes nothing. Texts are
 * cut to a length, and by anybody.
 */
export const FrozenTrigger = z.strictObject({
  v: z.literal(1),
  kind: z.enum(TRIGGER_KINDS),
  repository: z.strictObject({ id, owner: login, name: z.string(), cloneUrl: z.string() }),
  installationId: id.nullable(),
  sender: login,
  /** Number of the sender's account; left out: it was not kept. */
  senderId: id.optional(),
  /** Issue or pull request. */
  number: id,
  isPullRequest: z.boolean(),
  title: z.string(),
  body: z.string(),
  /** The comment or review, with its id; null: a label or an assignment. */
  said: z
    .strictObject({
      id,
      text: z.string(),
      /** When, by the code host's clock; left out: that was not kept. */
      saidAt: time.optional(),
      /** Review that a remark came with; left out: it is no remark, or that was not kept. */
      reviewId: id.optional(),
      /** Where in the diff it stands. */
      at: z.strictObject({ path: z.string(), line: z.int().nullable(), hunk: z.string() }).nullable(),
    })
    .nullable(),
  /** Who got the issue; null unless it was assigned. */
  assignee: login.nullable(),
});
export type FrozenTrigger = z.infer<typeof FrozenTrigger>;
