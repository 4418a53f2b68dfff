export { createTelemetry, type ProcessTelemetry, type TelemetryOptions } from './create-telemetry.ts';
export { logProcessFaults } from './log-process-faults.ts';
export type { Fields, Logger, LogLevel } from './logger.ts';
export type { QueueFigures } from './metrics.ts';
export type { RequestSpan, RequestStart } from './request-span.ts';
export { startTracing, type Tracing, type TracingOptions } from './start-tracing.ts';
