import { Redactor, type Outcome, type Phase, type Usage } from '@drydock/domain';
import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
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

  /** Runs `work` in a span, below `traceparent` when given, else below the active one. A throw marks the span. */
  span<T>(
    name: string,
    attributes: Record<string, string | number>,
    work: () => Promise<T>,
    traceparent?: string | null,
  ): Promise<T> {
    return this.#inSpan({ name, attributes, traceparent }, work);
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

  /** Called at each scrape for the backlog; one that throws leaves the backlog out. */
  onScrape(read: () => Promise<QueueFigures>): void {
    this.#metrics.onScrape(read);
  }

  metricsText(): Promise<{ contentType: string; body: string }> {
    return this.#metrics.text();
  }

  #inSpan<T>(
    span: { name: string; attributes: Attributes; traceparent: string | null | undefined },
    work: () => Promise<T>,
  ): Promise<T> {
    const tracer = trace.getTracer('drydock');
    const options = { attributes: span.attributes };
    return tracer.startActiveSpan(span.name, options, contextBelow(span.traceparent), async (active) => {
      try {
        return await work();
      } catch (error) {
        active.setStatus({ code: SpanStatusCode.ERROR, message: this.#redactor.mask(String(error)) });
        throw error;
      } finally {
        active.end();
      }
    });
  }
}

export const createTelemetry = (options: TelemetryOptions): ProcessTelemetry => new ProcessTelemetry(options);
