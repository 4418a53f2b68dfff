import type { startNodeSdk } from '@opentelemetry/sdk-node';
import type { BullMQOtel } from 'bullmq-otel';

type SdkOptions = Extract<NonNullable<Parameters<typeof startNodeSdk>[0]>, { spanProcessors?: unknown }>;
export type SpanProcessor = NonNullable<SdkOptions['spanProcessors']>[number];

export interface TracingOptions {
  /** Whether `OTEL_*` asks for it; libs/config decides. */
  readonly isOn: boolean;
  /** `drydock-api` or `drydock-worker`. */
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  /** Instead of the exporter that `OTEL_TRACES_EXPORTER` names; for tests. */
  readonly spanProcessor?: SpanProcessor;
}

export interface Tracing {
  /** For BullMQ's `telemetry` option; undefined when tracing is off. */
  readonly queueTelemetry: BullMQOtel | undefined;
  /** Sends what is left, within 2 s. */
  readonly shutdown: () => Promise<void>;
}

const OFF: Tracing = { queueTelemetry: undefined, shutdown: () => Promise.resolve() };

/**
 * Starts OpenTelemetry before anything else is made. When it is off, the SDK is not even loaded, and every span is a
 * no-op. The exporter and all the rest come from the standard `OTEL_*` variables (`OTEL_TRACES_EXPORTER=console` prints
 * spans, `OTEL_EXPORTER_OTLP_ENDPOINT` sends them).
 */
export const startTracing = async (options: TracingOptions): Promise<Tracing> => {
  if (!options.isOn) return OFF;
  const { startSdk } = await import('./tracing-sdk.ts');
  return startSdk(options);
};
