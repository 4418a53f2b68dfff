import { AsyncLocalStorage } from 'node:async_hooks';
import type { Redactor } from '@drydock/domain';
import { trace } from '@opentelemetry/api';
import { pino, type Logger as PinoLogger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export type Fields = Readonly<Record<string, unknown>>;

/** Fits the engine's port `Log`. */
export interface Logger {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

export interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  readonly level: LogLevel;
  readonly redactor: Redactor;
  /** Takes whole lines; default stdout. */
  readonly write?: (line: string) => void;
}

const scope = new AsyncLocalStorage<Fields>();

/** Puts the fields on every line that is logged within `work`, on top of those already in scope. */
export const withFields = <T>(fields: Fields, work: () => T): T =>
  scope.run({ ...scope.getStore(), ...fields }, work);

const traceFields = (): Fields => {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
};

/**
 * JSON lines. The finished line is what is masked, so that no field, error message or stack gets past the redactor. Errors
 * under `error` or `err` come with stack and causes.
 */
export const createLogger = ({
  service,
  version,
  instance,
  level,
  redactor,
  write,
}: LoggerOptions): Logger => {
  const out = write ?? stdoutWriter();
  const logger: PinoLogger = pino(
    {
      level,
      base: { service, version, instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      mixin: () => ({ ...traceFields(), ...scope.getStore() }),
    },
    {
      write: (line: string) => {
        out(redactor.mask(line));
      },
    },
  );
  return logger;
};

/** Not buffered: the last line before a crash is the one that matters. */
const stdoutWriter = (): ((line: string) => void) => {
  const stdout = pino.destination({ fd: 1, sync: true });
  return (line) => void stdout.write(line);
};
