import { z } from 'zod';

/** Longest line either side sends, newline included. A longer one from the sandbox is dropped and counted. */
export const MAX_PROTOCOL_LINE_BYTES = 512 * 1024;
/** Longest `text` of one `log` message. */
export const MAX_LOG_TEXT_BYTES = 64 * 1024;

const v = { v: z.literal(1) };

const CommandsJob = z.object({
  kind: z.literal('commands'),
  /** Each runs by `bash -euo pipefail -c` in the workspace; the first failure stops. */
  commands: z.array(z.string()),
});

const AgentJob = z.object({
  kind: z.literal('agent'),
  harness: z.enum(['builtin', 'command']),
  /** argv of the harness `command`. */
  command: z.array(z.string()).default([]),
  model: z.string().nullable(),
  description: z.string(),
  instructions: z.string().nullable(),
  /** AGENTS.md of the base, never the agent's own. */
  agentsMd: z.string().nullable(),
  focusPaths: z.array(z.string()),
  maxSteps: z.int(),
  maxTokens: z.int(),
  maxCostUsd: z.number().nullable(),
  timeoutSeconds: z.number(),
});

const CollectJob = z.object({
  kind: z.literal('collect'),
  /** Bare repository that holds the base commit, mounted read-only. */
  baseGitDir: z.string(),
  baseCommit: z.string(),
  /** Empty directory for `diff.patch` and scratch git directories. */
  outDirectory: z.string(),
  /** When set: the base plus the re-applied patch is checked out here. */
  verifyDirectory: z.string().nullable(),
  /** When setup commands ran before: what was last written before this time is their doing. */
  agentStartedAtMs: z.number().nullable(),
  maxPatchBytes: z.int(),
  maxFileBytes: z.int(),
  maxFiles: z.int(),
});

export const RunnerJob = z.discriminatedUnion('kind', [CommandsJob, AgentJob, CollectJob]);
export type RunnerJob = z.infer<typeof RunnerJob>;
export type AgentJob = z.infer<typeof AgentJob>;
export type CommandsJob = z.infer<typeof CommandsJob>;
export type CollectJob = z.infer<typeof CollectJob>;

/** Worker → runner, on stdin. */
export const RunnerCommand = z.discriminatedUnion('type', [
  z.object({
    ...v,
    type: z.literal('start'),
    job: RunnerJob,
    /** Environment of the harness and the commands, on top of the container's own. */
    env: z.record(z.string(), z.string()),
    /** Forwarders to open on the loopback before anything is spawned. */
    forwards: z.array(z.object({ port: z.int(), socket: z.string() })),
    maxLogBytes: z.int(),
    /** The runner ends the job by itself after this time: its worker, which should have done so, may be frozen. */
    maxSeconds: z.number().positive().optional(),
    /**
     * Signs `done` and `command_finished`: whatever runs in the sandbox can write to the runner's stdout, too. The line
     * ends with `,"proof":"<hex>"}`, the HMAC-SHA256 of the line as it would be without it.
     */
    proofKey: z.string().optional(),
  }),
  /** Polite end: SIGTERM to the process groups, SIGKILL after `graceSeconds`. */
  z.object({ ...v, type: z.literal('cancel'), graceSeconds: z.number() }),
]);
export type RunnerCommand = z.infer<typeof RunnerCommand>;

const treeId = z.string().max(64);
const count = z.int().min(0);

export const CollectResult = z.object({
  baseTree: treeId,
  resultTree: treeId,
  patchBytes: count,
  files: count,
  insertions: count,
  deletions: count,
});
export type CollectResult = z.infer<typeof CollectResult>;

/** How the runner's job ended. `code` is a hint that the worker maps to an error code; unknown is `harness_failed`. */
export const RunnerDone = z.object({
  ...v,
  type: z.literal('done'),
  ok: z.boolean(),
  /** `finished`, `command_failed`, `harness_failed`, `step_limit`, `budget`, `model_failed`, `stuck`, `cancelled`, `collect_…` */
  code: z.string().max(64),
  message: z.string().max(16 * 1024),
  exitCode: z.int().nullable(),
  collect: CollectResult.optional(),
});
export type RunnerDone = z.infer<typeof RunnerDone>;

/** Runner → worker, on stdout: untrusted, parsed, capped, never executed. */
export const RunnerMessage = z.discriminatedUnion('type', [
  z.object({ ...v, type: z.literal('ready') }),
  z.object({
    ...v,
    type: z.literal('log'),
    stream: z.enum(['stdout', 'stderr']),
    text: z.string().max(MAX_LOG_TEXT_BYTES),
  }),
  z.object({ ...v, type: z.literal('log_dropped'), bytes: z.int().min(0) }),
  z.object({ ...v, type: z.literal('agent_message'), text: z.string() }),
  z.object({
    ...v,
    type: z.literal('agent_tool_call'),
    callId: z.string().max(256),
    tool: z.string().max(256),
    input: z.unknown(),
  }),
  z.object({
    ...v,
    type: z.literal('agent_tool_result'),
    callId: z.string().max(256),
    exitCode: z.int().nullable(),
    output: z.string(),
    truncatedBytes: z.int().min(0),
  }),
  /** One message of the model conversation, for `trajectory.json`. */
  z.object({ ...v, type: z.literal('trajectory'), entry: z.unknown() }),
  z.object({
    ...v,
    type: z.literal('command_finished'),
    index: z.int().min(0),
    exitCode: z.int().nullable(),
    seconds: z.number(),
  }),
  z.object({ ...v, type: z.literal('notice'), code: z.string().max(64), message: z.string().max(4096) }),
  RunnerDone,
]);
export type RunnerMessage = z.infer<typeof RunnerMessage>;
