export type { Delivery, Queue, Task, Worker } from '@drydock/sdk';

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
