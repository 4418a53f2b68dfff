import type { Outcome, Phase, Usage } from '@drydock/domain';

/** `taskId` and `attempt` by these names wherever a line is about them; `error` for what was thrown. */
export type LogFields = object;

/** Structured log lines. The adapter adds trace ids and masks secrets. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export interface SpanOptions {
  /** `drydock.task` and `drydock.attempt` are put on the log lines of the work, too. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Makes it a child of the submit; without it, of the span that is active. */
  readonly traceparent?: string | null;
  /** When it began, if not now: only a claim that found a task tells which trace it belongs to. */
  readonly startedAt?: Date;
}

/** Spans and figures of the walk of a task; no-ops when nothing is configured. */
export interface Telemetry {
  readonly log: Log;
  /** Runs `work` in a span. */
  span<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T>;
  /** The active trace context as a W3C `traceparent`, or null. */
  traceparent(): string | null;
  phaseFinished(phase: Phase, seconds: number): void;
  taskClaimed(waitSeconds: number): void;
  attemptStarted(): void;
  attemptEnded(): void;
  taskFinished(outcome: Outcome, usage: Usage): void;
}
