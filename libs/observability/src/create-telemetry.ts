import { Redactor, type Outcome, type Phase, type Usage } from '@drydock/domain';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { createLogger, withFields, type Fields, type Logger, type LogLevel } from './logger.ts';
import { Metrics, type QueueFigures } from './metrics.ts';
import { RequestSpan, type RequestStart } from './request-span.ts';
import { activeTraceparent, contextBelow } from './trace-context.ts';

export interface TelemetryOptions {
  /** `drydock-api` or `drydock-worker`. */
  readonly service: string;
  readonly version: string;
  /** Which of several: the worker id, or host and process id. */
  readonly instance: string;
  readonly level: LogLevel;
  /** Masked in every line, in all usual encodings. */
  readonly secrets: readonly string[];
  /** Takes whole log lines; default stdout. */
  readonly write?: (line: string) => void;
}

interface SpanOptions {
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly traceparent?: string | null | undefined;
  readonly startedAt?: Date | undefined;
}

const taskFields = (attributes: SpanOptions['attributes']): Fields => {
  const { 'drydock.task': taskId, 'drydock.attempt': attempt } = attributes;
  return { ...(taskId !== undefined && { taskId }), ...(attempt !== undefined && { attempt }) };
};

/** Log, spans and figures of one process. Fits the engine's port `Telemetry`, and has besides what the apps need. */
export class ProcessTelemetry {
  readonly log: Logger;
  readonly #metrics = new Metrics();
  readonly #redactor: Redactor;

  constructor({ secrets, ...options }: TelemetryOptions) {
    this.#redactor = new Redactor(secrets);
    this.log = createLogger({ ...options, redactor: this.#redactor });
  }

  /** Runs `work` with the fields on every line it logs (`taskId`, `attempt`, `requestId`, …). */
  withFields<T>(fields: Fields, work: () => T): T {
    return withFields(fields, work);
  }

  /**
   * Runs `work` in a span, below `traceparent` when given, else below the active one. A throw marks the span. The task and
   * attempt among the attributes are put on every line that is logged within.
   */
  span<T>(
    name: string,
    { attributes, traceparent, startedAt }: SpanOptions,
    work: () => Promise<T>,
  ): Promise<T> {
    const tracer = trace.getTracer('drydock');
    const inScope = () => withFields(taskFields(attributes), work);
    const options = { attributes, ...(startedAt && { startTime: startedAt }) };
    return tracer.startActiveSpan(name, options, contextBelow(traceparent), async (active) => {
      try {
        return await inScope();
      } catch (error) {
        active.setStatus({ code: SpanStatusCode.ERROR, message: this.#redactor.mask(String(error)) });
        throw error;
      } finally {
        active.end();
      }
    });
  }

  traceparent(): string | null {
    return activeTraceparent();
  }

  /** One HTTP request: a server span, the request id on every line, and the duration when it ends. */
  requestSpan(request: RequestStart): RequestSpan {
    return new RequestSpan(request, (finished) => {
      this.#metrics.requestFinished(finished);
    });
  }

  phaseFinished(phase: Phase, seconds: number): void {
    this.#metrics.phaseFinished(phase, seconds);
  }

  taskClaimed(waitSeconds: number): void {
    this.#metrics.taskClaimed(waitSeconds);
  }

  attemptStarted(): void {
    this.#metrics.attemptStarted();
  }

  attemptEnded(): void {
    this.#metrics.attemptEnded();
  }

  taskFinished(outcome: Outcome, usage: Usage): void {
    this.#metrics.taskFinished(outcome, usage);
  }

  retentionRemoved(thing: string, count: number): void {
    this.#metrics.retentionRemoved(thing, count);
  }

  retentionFailed(thing: string): void {
    this.#metrics.retentionFailed(thing);
  }

  /** Called at each scrape for the backlog; one that throws leaves the backlog out. */
  onScrape(read: () => Promise<QueueFigures>): void {
    this.#metrics.onScrape(read);
  }

  metricsText(): Promise<{ contentType: string; body: string }> {
    return this.#metrics.text();
  }
}

export const createTelemetry = (options: TelemetryOptions): ProcessTelemetry => new ProcessTelemetry(options);
