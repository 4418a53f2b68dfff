import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { withFields } from './logger.ts';
import { contextBelow } from './trace-context.ts';

export interface RequestStart {
  readonly method: string;
  readonly requestId: string;
  /** As the client sent it. */
  readonly traceparent?: string | null | undefined;
}

export interface FinishedRequest {
  readonly method: string;
  /** The route's pattern (`/v1/tasks/:id`), never the path: a label has few values. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/**
 * The span of one HTTP request, made by hand because hooks do not see bundled packages. In Fastify: made in `onRequest`,
 * whose `done` is handed to `run`; ended in `onResponse`.
 */
export class RequestSpan {
  readonly #request: RequestStart;
  readonly #onEnd: (finished: FinishedRequest) => void;
  readonly #startedAt = performance.now();
  readonly #span: Span;
  readonly #context: Context;
  #hasEnded = false;

  constructor(request: RequestStart, onEnd: (finished: FinishedRequest) => void) {
    this.#request = request;
    this.#onEnd = onEnd;
    const parent = contextBelow(request.traceparent);
    const options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method } };
    this.#span = trace.getTracer('drydock').startSpan(request.method, options, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  /** Runs the rest of the request inside the span, with `requestId` on its log lines. */
  run<T>(work: () => T): T {
    return withFields({ requestId: this.#request.requestId }, () => context.with(this.#context, work));
  }

  /** Only the first call counts. */
  end({ route, status }: { route: string; status: number }): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#span.updateName(`${this.#request.method} ${route}`);
    this.#span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
    if (status >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    this.#onEnd({ method: this.#request.method, route, status, seconds });
  }
}
