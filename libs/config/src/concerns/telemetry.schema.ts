import { z } from 'zod';
import { oneOf } from './values.ts';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The OpenTelemetry SDK reads the rest of `OTEL_*` itself; it is loaded only when `tracing` is true. */
export const TelemetrySettings = z
  .object({
    DRYDOCK_LOG_LEVEL: oneOf(LEVELS, 'info').describe('Least level that is logged'),
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .string()
      .optional()
      .describe(
        'Where traces go; set, it loads the OpenTelemetry SDK, which reads the other `OTEL_*` variables itself',
      ),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional().describe('The same for traces alone'),
    OTEL_TRACES_EXPORTER: z
      .string()
      .optional()
      .describe('Such as `console`; set, it loads the SDK too; `none` turns tracing off'),
    OTEL_SDK_DISABLED: z.string().optional().describe('`true` turns tracing off'),
  })
  .meta({ title: 'Logs and traces' })
  .transform((env) => {
    const isAskedFor =
      env.OTEL_TRACES_EXPORTER !== undefined ||
      env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined ||
      env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
    const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
    return { logLevel: env.DRYDOCK_LOG_LEVEL, tracing: isAskedFor && !isOff };
  });
export type TelemetryConfig = z.output<typeof TelemetrySettings>;
