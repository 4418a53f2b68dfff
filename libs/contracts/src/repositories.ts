import { z } from 'zod';
import { Cursor, PageLimit } from './page.ts';
import { Branch, ForgeLabels, ForgeLogin } from './pull-request.ts';
import { LimitsRequest } from './task-request.ts';

const MAX_PATHS = 100;

const RepositoryName = z
  .string()
  .max(100)
  .regex(/^(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]+$/i, 'must be the name of a repository, without .git');

/** `src/**`, `docs/*.md`: paths inside the repository in which `*` stands for any run of characters. */
const PathGlob = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters')
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    'must be a path inside the repository',
  );

const switches = {
  label: z.boolean().describe('The label `drydock` on an issue'),
  comment: z.boolean().describe('A comment that starts with `/drydock`'),
  assignment: z.boolean().describe("Assignment of an issue to the App's user"),
  mention: z.boolean().describe("A comment that mentions the App's user"),
};
const switchesOff = {
  label: switches.label.default(false),
  comment: switches.comment.default(false),
  assignment: switches.assignment.default(false),
  mention: switches.mention.default(false),
};

const settings = {
  enabled: z
    .boolean()
    .describe('False: events start nothing, and the credential of the installation is not used here'),
  labels: ForgeLabels.describe('On every pull request from a trigger, besides those that a task names'),
  base: Branch.nullable().describe('Branch that triggers start from; null: the default branch'),
  allowedPaths: z
    .array(PathGlob)
    .max(MAX_PATHS)
    .describe('Paths that a pull request may change, with `*`; empty: all'),
  limits: LimitsRequest.describe('Limits of tasks from triggers'),
  workflowEdits: z.boolean().describe('Pull requests may change files below `.github/workflows/`'),
};

const place = {
  owner: ForgeLogin.describe('Account or organisation'),
  name: RepositoryName,
};

const TEAM = z.string().regex(/^team_[0-9a-z]{1,40}$/, 'must be the id of a team');

/** Body of `POST /v1/repositories`. Every trigger is off until it is switched on. */
export const RepositoryRequest = z
  .strictObject({
    teamId: TEAM.optional().describe('Default the team of the API key'),
    forge: z.strictObject({
      ...place,
      enabled: settings.enabled.default(true),
      triggers: z.strictObject(switchesOff).prefault({}),
      labels: settings.labels.default([]),
      base: settings.base.default(null),
      allowedPaths: settings.allowedPaths.default([]),
      limits: settings.limits.default({}),
      workflowEdits: settings.workflowEdits.default(false),
    }),
  })
  .meta({
    id: 'RepositoryRequest',
    examples: [
      {
        forge: {
          owner: 'acme',
          name: 'shop',
          triggers: { label: true, comment: true },
          labels: ['drydock'],
          limits: { timeoutSeconds: 1200, maxCostUsd: 2 },
        },
      },
    ],
  });
export type RepositoryRequest = z.infer<typeof RepositoryRequest>;

/** What is left out stays as it is; lists and limits are replaced whole. Another repository is another resource. */
export const RepositoryChangeRequest = z
  .strictObject({
    forge: z.strictObject({ ...settings, triggers: z.strictObject(switches).partial() }).partial(),
  })
  .meta({
    id: 'RepositoryChangeRequest',
    examples: [{ forge: { triggers: { mention: true }, allowedPaths: ['src/*', 'test/*'] } }],
  });
export type RepositoryChangeRequest = z.infer<typeof RepositoryChangeRequest>;

export const RepositoryListQuery = z.strictObject({
  limit: PageLimit,
  cursor: Cursor.optional(),
});
export type RepositoryListQuery = z.infer<typeof RepositoryListQuery>;

const time = z.string().meta({ format: 'date-time' });

export const Repository = z
  .object({
    id: z.string().describe('`repo_…`'),
    teamId: z.string(),
    forge: z.object({ ...place, triggers: z.object(switches), ...settings }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Repository' });
export type Repository = z.infer<typeof Repository>;
export const RepositoryPage = z
  .object({ items: z.array(Repository), next: z.string().nullable() })
  .meta({ id: 'RepositoryPage' });

/** Answer to a webhook: it is told whether there is anything to do, not what came of it. */
export const WebhookReceipt = z
  .object({
    id: z.string().describe('X-GitHub-Delivery'),
    state: z
      .enum(['received', 'duplicate', 'ignored', 'refused'])
      .describe('`received`: looked at soon; `duplicate`: came before; `ignored`, `refused`: starts nothing'),
    reason: z.string().nullable().describe('Why it starts nothing'),
  })
  .meta({ id: 'WebhookReceipt' });
export type WebhookReceipt = z.infer<typeof WebhookReceipt>;
