export { createTelemetry, type ProcessTelemetry } from './create-telemetry.ts';
export { logProcessFaults } from './log-process-faults.ts';
export type { Logger } from './logger.ts';
export { startTracing, type Tracing } from './start-tracing.ts';
