import { ATTEMPT_OUTCOMES, ERRORS, OUTCOMES, PHASES, STATUSES, type ErrorCode } from '@drydock/domain';
import { z } from 'zod';

const Phase = z.enum(PHASES);
const count = z.int().min(0);
export const ErrorCodeSchema = z
  .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
  .meta({ id: 'ErrorCode', description: 'What happened; a page at /errors/{code} says what to do' });
export const TaskError = z.object({ code: ErrorCodeSchema, message: z.string() }).meta({ id: 'TaskError' });

export const VerifyResult = z
  .object({ command: z.string(), exitCode: z.int().nullable(), seconds: z.number() })
  .meta({ id: 'VerifyResult' });

/** The worker that went away with an attempt, as the fleet last knew it. */
const LostWorker = z.object({
  workerId: z.string(),
  sessionId: z.string(),
  host: z.string(),
  /** Where the attempt was; null: before its first phase. */
  phase: Phase.nullable(),
  heartbeatAt: z.string(),
});
export type LostWorker = z.infer<typeof LostWorker>;

/** Payload of each event type; `seq`, `at`, `attempt` and `v` come on top. */
export const EVENT_PAYLOADS = {
  'task.queued': z.object({ reason: z.string().optional(), notBefore: z.string().nullable().optional() }),
  'task.claimed': z.object({ workerId: z.string() }),
  'task.released': z.object({
    outcome: z.enum(ATTEMPT_OUTCOMES),
    reason: z.string(),
    lost: LostWorker.optional(),
  }),
  'task.cancel_requested': z.object({}),
  'task.finished': z.object({
    status: z.enum(STATUSES),
    outcome: z.enum(OUTCOMES),
    error: TaskError.nullable(),
    lost: LostWorker.optional(),
  }),
  'phase.started': z.object({ phase: Phase }),
  'phase.finished': z.object({ phase: Phase, seconds: z.number() }),
  log: z.object({ phase: Phase, stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  'agent.message': z.object({ text: z.string() }),
  'agent.tool_call': z.object({ callId: z.string(), tool: z.string(), input: z.unknown() }),
  'agent.tool_result': z.object({
    callId: z.string(),
    exitCode: z.int().nullable(),
    output: z.string(),
    truncatedBytes: count,
  }),
  'model.call': z.object({
    callId: z.string(),
    model: z.string(),
    inputTokens: count,
    cachedTokens: count,
    outputTokens: count,
    costUsd: z.number().nullable(),
    ms: count,
    status: z.int(),
  }),
  'verify.result': VerifyResult,
  'artifact.stored': z.object({ name: z.string(), bytes: count, sha256: z.string() }),
  'delivery.changed': z.object({ id: z.string(), state: z.string() }),
  notice: z.object({ code: z.string(), message: z.string() }),
} as const;

export type EventType = keyof typeof EVENT_PAYLOADS;
export const EVENT_TYPES = Object.keys(EVENT_PAYLOADS) as [EventType, ...EventType[]];
export type EventPayload<T extends EventType> = z.infer<(typeof EVENT_PAYLOADS)[T]>;

/** An event before the store gave it `seq` and `attempt`. `at` is RFC 3339 UTC with milliseconds. */
export type NewEvent = { [T in EventType]: { type: T; at: string; payload: EventPayload<T> } }[EventType];

export const TaskEvent = z
  .looseObject({
    seq: z.int().min(1),
    at: z.string(),
    attempt: z.int().nullable(),
    type: z.enum(EVENT_TYPES),
    v: z.literal(1),
  })
  .meta({ id: 'TaskEvent' });
export type TaskEvent = z.infer<typeof TaskEvent>;
