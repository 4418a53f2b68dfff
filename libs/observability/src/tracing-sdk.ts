import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { BullMQOtel } from 'bullmq-otel';
import type { Tracing, TracingOptions } from './start-tracing.ts';

const SHUTDOWN_MS = 2_000;

/** Only `startTracing` imports this file, and only when tracing is on: it costs 0.3 s and 33 MB. */
export const startSdk = ({ service, version, instance, spanProcessor }: TracingOptions): Tracing => {
  const sdk = startNodeSdk({
    resourceAttributes: {
      'service.name': service,
      'service.version': version,
      'service.instance.id': instance,
    },
    // Request spans are our own: hooks do not see packages that a bundler has put into one file.
    instrumentations: [new PgInstrumentation()],
    // Figures are for Prometheus and lines for stdout: nothing else is to be sent to the collector.
    metricReaders: [],
    logRecordProcessors: [],
    ...(spanProcessor && { spanProcessors: [spanProcessor] }),
  });
  return {
    queueTelemetry: new BullMQOtel({ tracerName: 'drydock' }),
    shutdown: async () => {
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_MS).unref());
      // A collector that is away must not fail the end of the process.
      await Promise.race([sdk.shutdown().catch(() => undefined), deadline]);
    },
  };
};
