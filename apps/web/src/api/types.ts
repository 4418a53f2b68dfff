/** What the pages read of the API's answers; docs/openapi.json has all of it. */

export type Status = 'queued' | 'running' | 'waiting_for_input' | 'succeeded' | 'failed' | 'cancelled';

export interface Failure {
  readonly code: string;
  readonly message: string;
}
export interface Delivery {
  readonly id: string;
  readonly kind: string;
  readonly state: 'pending' | 'succeeded' | 'failed' | 'held';
  readonly error: Failure | null;
  readonly url: string | null;
}
export interface VerifyResult {
  readonly command: string;
  readonly exitCode: number | null;
  readonly seconds: number;
}
export interface Attempt {
  readonly number: number;
  readonly workerId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly outcome: string | null;
}
export interface Usage {
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  readonly agentSeconds: number;
}
export interface Task {
  readonly id: string;
  readonly status: Status;
  readonly phase: string | null;
  readonly outcome: string | null;
  readonly error: Failure | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly retryOf: string | null;
  readonly source: {
    readonly git?: { readonly url: string; readonly ref?: string };
    readonly zip?: { readonly bytes: number; readonly sha256: string };
  };
  readonly base: {
    readonly ref: string | null;
    readonly commit: string | null;
    readonly tree: string;
  } | null;
  readonly attempts: readonly Attempt[];
  readonly maxAttempts: number;
  readonly priority: number;
  readonly description: string;
  readonly agent: {
    readonly harness: string;
    readonly model: string | null;
    readonly command: readonly string[] | null;
  };
  readonly image: { readonly name: string; readonly digest: string | null };
  readonly labels: Readonly<Record<string, string>>;
  readonly usage: Usage;
  readonly diffstat: {
    readonly files: number;
    readonly insertions: number;
    readonly deletions: number;
  } | null;
  readonly verify: readonly VerifyResult[];
  readonly deliveries: readonly Delivery[];
  readonly pullRequest: { readonly url: string; readonly number: number } | null;
}
export interface TaskPage {
  readonly items: readonly Task[];
  readonly next: string | null;
}
export interface Artifact {
  readonly name: string;
  readonly attempt: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly contentType: string;
}

interface EventBase {
  readonly seq: number;
  readonly at: string;
  readonly attempt: number | null;
}
/** Event types that the pages draw; others pass by unseen. */
export type TaskEvent = EventBase &
  (
    | { readonly type: 'phase.started'; readonly phase: string }
    | { readonly type: 'phase.finished'; readonly phase: string; readonly seconds: number }
    | { readonly type: 'log'; readonly phase: string; readonly stream: string; readonly text: string }
    | { readonly type: 'agent.message'; readonly text: string }
    | {
        readonly type: 'agent.tool_call';
        readonly callId: string;
        readonly tool: string;
        readonly input: unknown;
      }
    | {
        readonly type: 'agent.tool_result';
        readonly callId: string;
        readonly exitCode: number | null;
        readonly output: string;
        readonly truncatedBytes: number;
      }
    | ({ readonly type: 'model.call' } & ModelCall)
    | { readonly type: 'notice'; readonly code: string; readonly message: string }
    | { readonly type: 'task.released'; readonly outcome: string; readonly reason: string }
    | { readonly type: 'task.queued' | 'task.claimed' | 'task.cancel_requested' | 'task.finished' }
    | { readonly type: 'verify.result' | 'artifact.stored' | 'delivery.changed' }
  );

export interface ModelCall {
  readonly callId: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  readonly ms: number;
  readonly status: number;
}

export interface Worker {
  readonly id: string;
  readonly sessionId: string;
  readonly host: string;
  readonly version: string;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly live: boolean;
  readonly draining: boolean;
  readonly concurrency: number;
  readonly running: readonly {
    readonly taskId: string;
    readonly attempt: number;
    readonly phase: string | null;
    readonly startedAt: string;
  }[];
}
export interface Queue {
  readonly queued: number;
  readonly eligible: number;
  readonly running: number;
  readonly oldestQueuedSeconds: number | null;
  readonly teams: readonly {
    readonly teamId: string;
    readonly name: string;
    readonly queued: number;
    readonly running: number;
  }[];
}
