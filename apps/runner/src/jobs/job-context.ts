import type { LogSink } from '../output/log-sink.ts';
import type { ProcessGroups } from '../process/process-groups.ts';
import type { MessageWriter } from '../protocol/message-writer.ts';

/** What a job works with. */
export interface JobContext {
  readonly writer: MessageWriter;
  readonly log: LogSink;
  readonly groups: ProcessGroups;
  /** Of everything that is started. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory of commands, harness and tools. */
  readonly workspace: string;
  /** Fires when the worker cancels. */
  readonly signal: AbortSignal;
}
