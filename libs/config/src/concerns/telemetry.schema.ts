import { z } from 'zod';
import { oneOf } from './values.ts';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The OpenTelemetry SDK reads the rest of `OTEL_*` itself; it is loaded only when `tracing` is true. */
export const TelemetrySettings = z
  .object({
    DRYDOCK_LOG_LEVEL: oneOf(LEVELS, 'info'),
    OTEL_SDK_DISABLED: z.string().optional(),
    OTEL_TRACES_EXPORTER: z.string().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  })
  .transform((env) => {
    const isAskedFor =
      env.OTEL_TRACES_EXPORTER !== undefined ||
      env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined ||
      env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
    const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
    return { logLevel: env.DRYDOCK_LOG_LEVEL, tracing: isAskedFor && !isOff };
  });
export type TelemetryConfig = z.output<typeof TelemetrySettings>;
