import {
  AppError,
  isAllowlistEntry,
  isGitRef,
  LIMIT_NAMES,
  LIMIT_RANGES,
  OPERATOR_LIMITS,
  parseGitUrl,
} from '@drydock/domain';
import type { AllowedPrivateHosts, LimitName } from '@drydock/domain';
import { z } from 'zod';
import { PointInTime } from './point-in-time.ts';
import { GitToken, PullRequestRequest } from './pull-request.ts';

const MAX_COMMANDS = 50;
const MAX_COMMAND_BYTES = 64 * 1024;

const bytesAtMost = (max: number) => (text: string) => Buffer.byteLength(text, 'utf8') <= max;
const noNul = z.string().regex(/^[^\0]*$/, 'must not hold NUL');

export const Harness = z.enum(['builtin', 'command']);

const Commands = z
  .array(noNul.min(1).refine(bytesAtMost(MAX_COMMAND_BYTES), 'must be at most 64 KiB'))
  .max(MAX_COMMANDS);

const LIMIT_MEANINGS: Readonly<Record<LimitName, string>> = {
  timeoutSeconds: 'Time of the agent in one attempt',
  setupSeconds: 'Time of all `setup` commands together',
  verifySeconds: 'Time of all `verify` commands together',
  cpus: 'Processors, at most those of the host',
  memoryMb: 'Memory in MiB; swap does not add to it',
  pids: 'Processes and threads',
  diskMb: 'Disk in MiB of workspace and home',
  maxSteps: 'Steps of the agent over all attempts',
  maxTokens: 'Tokens in and out over all attempts',
  maxCostUsd: 'Cost of model calls over all attempts, in US dollars; the price of the model must be known',
};

const limitOf = (name: LimitName) => {
  const range: { least: number; default: number | null; most: number | null; integer: boolean } =
    LIMIT_RANGES[name];
  const number = (range.integer ? z.int() : z.number()).min(range.least);
  const usual = range.default === null ? 'no limit' : String(range.default);
  const meaning = `${LIMIT_MEANINGS[name]}. Default: ${usual}`;
  return (range.most === null ? number : number.max(range.most)).optional().describe(meaning);
};

/** Limits as requested: each optional, each within its range. */
export const LimitsRequest = z.strictObject(
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, limitOf(name)])) as Record<
    LimitName,
    ReturnType<typeof limitOf>
  >,
);

const NetworkPolicy = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('none') }),
  z.strictObject({
    mode: z.literal('allowlist'),
    allow: z
      .array(z.string().refine(isAllowlistEntry, 'must be host, host:port or *.host[:port]'))
      .min(1)
      .max(200),
  }),
  z.strictObject({ mode: z.literal('full') }),
]);
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

/** No defaults here: what the request leaves out, `.drydock.yml` may say. Said by neither, it is `none`. */
export const NetworkRequest = z.strictObject({
  setup: NetworkPolicy.optional().describe('While the `setup` commands run'),
  agent: NetworkPolicy.optional().describe('While the agent works; the model is reached another way'),
  verify: NetworkPolicy.optional().describe('While the `verify` commands run'),
});

const LABEL_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const LABEL_KEY_RULE = 'must be 1 to 63 letters, digits, ., _, / or -, from a letter or digit on';
const relativePath = noNul
  .min(1)
  .max(4096)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    'must be a path inside the repository',
  );

const ImageName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, 'must be an image name');

const GitSource = z.strictObject({
  url: z.string().describe('https:// and a public host, without credentials'),
  ref: z
    .string()
    .refine(isGitRef, 'must be a branch, tag or full commit id')
    .optional()
    .describe('Branch, tag or full commit id; default the remote HEAD'),
  token: GitToken.optional(),
});
const ZipSource = z.strictObject({ root: relativePath.optional() });

export const AgentRequest = z.strictObject({
  harness: Harness.default('builtin'),
  model: z.string().min(1).max(200).optional(),
  instructions: noNul.max(OPERATOR_LIMITS.maxDescriptionBytes).optional(),
  command: z.array(noNul.max(MAX_COMMAND_BYTES)).min(1).max(1000).optional(),
});

const DeliverRequest = z.strictObject({ pullRequest: PullRequestRequest.optional() });

/** Body of `POST /v1/tasks`. The git URL is checked by `checkSource`, which knows the operator's allowed hosts. */
export const TaskRequest = z
  .strictObject({
    source: z.strictObject({ git: GitSource.optional(), zip: ZipSource.optional() }).optional(),
    description: noNul
      .refine((text) => text.trim() !== '', 'must not be empty')
      .refine(bytesAtMost(OPERATOR_LIMITS.maxDescriptionBytes), 'must be at most 256 KiB')
      .describe('What the agent shall do; at most 256 KiB'),
    focusPaths: z.array(relativePath).max(100).default([]).describe('A hint to the agent where to look'),
    agent: AgentRequest.prefault({}).describe('Who does the work'),
    image: ImageName.optional().describe('Image of all phases; default drydock/toolbox:1'),
    setup: Commands.optional().describe(
      'Run before the agent, each by `bash -euo pipefail -c`; the first failure stops',
    ),
    verify: Commands.optional().describe('Run by the platform on base + patch; all must exit with 0'),
    network: NetworkRequest.optional().describe('What each phase may reach; default nothing'),
    limits: LimitsRequest.default({}).describe('Each within its range; what is left out has its default'),
    deliver: DeliverRequest.optional().describe('What happens with the patch besides its being stored'),
    callbackUrl: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('Is told of this task as a webhook endpoint is; https:// and a public host'),
    maxAttempts: z
      .int()
      .min(1)
      .max(OPERATOR_LIMITS.maxAttempts)
      .default(1)
      .describe('Failures on our side do not count'),
    priority: z.int().min(1).max(9).default(5).describe('9 first'),
    notBefore: PointInTime.optional().describe('Stays queued until then'),
    labels: z
      .record(z.string().regex(LABEL_KEY, LABEL_KEY_RULE), z.string().max(256))
      .default({})
      .describe('For filters of the list'),
  })
  .superRefine((task, context) => {
    if (task.agent.harness === 'command' && task.agent.command === undefined)
      context.addIssue({
        code: 'custom',
        path: ['agent', 'command'],
        message: 'is needed by the harness command',
      });
    if (task.agent.harness !== 'command' && task.agent.command !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['agent', 'command'],
        message: 'is for the harness command only',
      });
    if (Object.keys(task.labels).length > 50)
      context.addIssue({ code: 'custom', path: ['labels'], message: 'at most 50 labels' });
  })
  .meta({
    id: 'TaskRequest',
    examples: [
      {
        source: { git: { url: 'https://github.com/acme/shop.git', ref: 'main' } },
        description: 'Fix the rounding bug in cart totals',
        verify: ['npm test'],
      },
    ],
  });

export type TaskRequest = z.infer<typeof TaskRequest>;
export type TaskRequestInput = z.input<typeof TaskRequest>;

/** Body of `POST /v1/tasks/{id}/retry`. */
export const RetryRequest = z
  .strictObject({
    source: z.strictObject({ git: z.strictObject({ token: GitToken.optional() }) }).optional(),
  })
  .meta({ id: 'RetryRequest' });
export type RetryRequest = z.infer<typeof RetryRequest>;

/**
 * Exactly one source, and a URL that may be fetched.
 * @throws AppError `source_missing`, `source_conflict` and what `parseGitUrl` throws.
 */
export const checkSource = (task: TaskRequest, hasArchive: boolean, allowed: AllowedPrivateHosts): void => {
  const git = task.source?.git;
  const refuse = (code: 'source_missing' | 'source_conflict', detail: string) =>
    new AppError(code, detail, { issues: [{ pointer: '/source', detail, code }] });
  if (git && (hasArchive || task.source?.zip))
    throw refuse('source_conflict', 'Send either source.git or a ZIP archive, not both.');
  if (!git && !hasArchive)
    throw refuse('source_missing', 'Send source.git.url, or a ZIP as the multipart part "archive".');
  if (git) parseGitUrl(git.url, allowed);
};
