import { context, trace, TraceFlags, type Context } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The active trace context as a W3C `traceparent`; null outside of spans, and whenever tracing is off. */
export const activeTraceparent = (): string | null => {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !trace.isSpanContextValid(span)) return null;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
};

/** The active context, or one below the remote parent when `traceparent` is a sound one. What is unsound is ignored. */
export const contextBelow = (traceparent: string | null | undefined): Context => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return context.active();
  const remote = {
    traceId,
    spanId,
    traceFlags: parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  };
  return trace.isSpanContextValid(remote) ? trace.setSpanContext(context.active(), remote) : context.active();
};
