import { ATTEMPT_OUTCOMES, LIMIT_NAMES, OUTCOMES, PHASES, STATUSES } from '@drydock/domain';
import { z } from 'zod';
import { TaskError, VerifyResult } from './event.ts';
import { Harness } from './task-request.ts';

const time = z.string().meta({ format: 'date-time' });

export const Attempt = z
  .object({
    number: z.int(),
    workerId: z.string(),
    startedAt: time,
    finishedAt: time.nullable(),
    outcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
  })
  .meta({ id: 'Attempt' });

const UsageSchema = z
  .object({
    modelCalls: z.int(),
    inputTokens: z.int(),
    cachedTokens: z.int(),
    outputTokens: z.int(),
    costUsd: z.number().nullable(),
    agentSeconds: z.number(),
  })
  .meta({ id: 'Usage' });

export const Diffstat = z
  .object({ files: z.int(), insertions: z.int(), deletions: z.int() })
  .meta({ id: 'Diffstat' });
export type Diffstat = z.infer<typeof Diffstat>;

export const Delivery = z
  .object({
    id: z.string(),
    kind: z.enum(['pull_request', 'comment', 'webhook']),
    state: z.enum(['pending', 'succeeded', 'failed', 'held']),
    error: TaskError.nullable(),
    url: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

const EffectiveLimits = z
  .object({
    ...(Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.number()])) as Record<
      (typeof LIMIT_NAMES)[number],
      z.ZodNumber
    >),
    maxCostUsd: z.number().nullable(),
  })
  .meta({ id: 'Limits' });

/** A task as clients see it, in 202, GET and lists. */
export const Task = z
  .object({
    id: z.string(),
    status: z.enum(STATUSES),
    phase: z.enum(PHASES).nullable(),
    outcome: z.enum(OUTCOMES).nullable(),
    error: TaskError.nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    notBefore: time.nullable(),
    retryOf: z.string().nullable(),
    parentId: z.string().nullable().describe('The task to whose pull request this one adds a commit'),
    source: z.object({
      git: z.object({ url: z.string(), ref: z.string().optional() }).optional(),
      zip: z.object({ root: z.string().optional(), bytes: z.int(), sha256: z.string() }).optional(),
    }),
    base: z
      .object({ ref: z.string().nullable(), commit: z.string().nullable(), tree: z.string() })
      .nullable(),
    resultTree: z.string().nullable(),
    attempts: z.array(Attempt),
    maxAttempts: z.int(),
    priority: z.int(),
    description: z.string(),
    focusPaths: z.array(z.string()),
    agent: z.object({
      harness: Harness,
      model: z.string().nullable(),
      instructions: z.string().nullable(),
      command: z.array(z.string()).nullable(),
    }),
    image: z.object({ name: z.string(), digest: z.string().nullable() }),
    setup: z.array(z.string()).nullable(),
    verifyCommands: z.array(z.string()).nullable(),
    limits: EffectiveLimits,
    labels: z.record(z.string(), z.string()),
    usage: UsageSchema,
    diffstat: Diffstat.nullable(),
    verify: z.array(VerifyResult),
    deliveries: z.array(Delivery),
    pullRequest: z.object({ url: z.string(), number: z.int() }).nullable(),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof Task>;

export const Artifact = z
  .object({ name: z.string(), attempt: z.int(), bytes: z.int(), sha256: z.string(), contentType: z.string() })
  .meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof Artifact>;
