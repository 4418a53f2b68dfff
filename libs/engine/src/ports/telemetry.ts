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

/** Spans and figures of the walk of a task; no-ops when nothing is configured. */
export interface Telemetry {
  readonly log: Log;
  /** Runs `work` in a span; `traceparent` makes it a child of the submit. */
  span<T>(
    name: string,
    attributes: Record<string, string | number>,
    work: () => Promise<T>,
    traceparent?: string | null,
  ): Promise<T>;
  /** The active trace context as a W3C `traceparent`, or null. */
  traceparent(): string | null;
  phaseFinished(phase: Phase, seconds: number): void;
  taskClaimed(waitSeconds: number): void;
  attemptStarted(): void;
  attemptEnded(): void;
  taskFinished(outcome: Outcome, usage: Usage): void;
}
