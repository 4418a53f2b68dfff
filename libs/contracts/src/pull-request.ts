import { isGitRef } from '@drydock/domain';
import { z } from 'zod';

const MAX_LABELS = 20;
const MAX_REVIEWERS = 15;

/** A branch at a code host; never what a command line could take for an option. */
export const Branch = z.string().refine(isGitRef, 'must be a branch');

/** As the code host has them: up to 50 characters, no control characters. */
export const ForgeLabels = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(50)
      .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  )
  .max(MAX_LABELS);

/** The name of an account; `_` is in those that a company manages. */
export const ForgeLogin = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/, 'must be the name of an account');

/** As a trailer of a commit names somebody: in one line, with the address in angle brackets. */
const CoAuthor = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}<>]+$/u, 'must be one line without angle brackets'),
  email: z
    .string()
    .max(254)
    .regex(/^[^\s\p{Cc}<>@]+@[^\s\p{Cc}<>@]+$/u, 'must be an address'),
});

/** What a pull request shall be. Nothing has a default here: a finished task is asked for one by the same words. */
export const PullRequestRequest = z
  .strictObject({
    base: Branch.optional().describe('Branch to merge into; default the one that the task started from'),
    draft: z.boolean().optional().describe('Default false'),
    title: z
      .string()
      .trim()
      .min(1)
      .max(256)
      .regex(/^\P{Cc}*$/u, 'must be one line')
      .optional()
      .describe('Default the first line of the description'),
    when: z
      .enum(['changed', 'verified'])
      .optional()
      .describe(
        '`verified`: only if the verify commands passed; `changed`: for any patch. Default `verified` when the task has ' +
          'verify commands, else `changed`',
      ),
    labels: ForgeLabels.optional(),
    reviewers: z.array(ForgeLogin).max(MAX_REVIEWERS).optional(),
    maintainerCanModify: z.boolean().optional().describe('Default true'),
    closes: z.int().min(1).optional().describe('Number of the issue that is closed by the merge'),
    coAuthor: CoAuthor.optional().describe(
      'Whom the commit names in a trailer `Co-authored-by`; a task from a trigger names whoever asked',
    ),
  })
  .meta({ id: 'PullRequestRequest' });
export type PullRequestRequest = z.infer<typeof PullRequestRequest>;

/** A token of the code host. */
export const GitToken = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII')
  .meta({
    description: 'Never given back: sealed, used for this task only, then deleted',
    writeOnly: true,
  });

const source = z.strictObject({ git: z.strictObject({ token: GitToken }) });

/** Body of `POST /v1/tasks/{id}/deliveries`. */
export const DeliveryRequest = z
  .strictObject({
    pullRequest: PullRequestRequest.prefault({}).describe('What the pull request shall be'),
    source: source.optional().describe('Its token opens the pull request: the one of the task is deleted'),
  })
  .meta({
    id: 'DeliveryRequest',
    examples: [{ pullRequest: { base: 'main', draft: true, labels: ['drydock'], reviewers: ['octocat'] } }],
  });
export type DeliveryRequest = z.infer<typeof DeliveryRequest>;

/** Body of `POST /v1/deliveries/{id}/retry`, where there is one. */
export const DeliveryRetryRequest = z
  .strictObject({ source: source.optional().describe('A token in place of the one that did not do') })
  .meta({ id: 'DeliveryRetryRequest' });
export type DeliveryRetryRequest = z.infer<typeof DeliveryRetryRequest>;
