import { AppError } from '@drydock/domain';

/**
 * SQLSTATEs that say "not now": admin shutdown, crash, starting up, timeouts of statement, lock, idle, read-only while a
 * standby takes over, an input or output that failed.
 */
const AWAY_STATES: ReadonlySet<string> = new Set([
  '57P01',
  '57P02',
  '57P03',
  '25006',
  '58030',
  '57014',
  '55P03',
  '25P03',
  '25P04',
]);
/** Lost connections (class 08), and what a server has run out of (53): disk, memory, connections. */
const AWAY_CLASS = /^(08|53)...$/;
const AWAY_SOCKET =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOENT)$/;
/** Faults that pg raises itself carry no code. */
const AWAY_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Query read timeout|Cannot use a pool after)/;
const RETRYABLE_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** An error with what it wraps: pg's own, an AggregateError of several addresses, or Prisma's around the driver's. */
const layersOf = (thrown: unknown): unknown[] => {
  const layers: unknown[] = [];
  let next: unknown = thrown;
  while (next !== undefined && next !== null && layers.length < 8) {
    layers.push(next);
    next = field(field(next, 'meta'), 'driverAdapterError') ?? field(next, 'cause');
  }
  return layers;
};

const codesOf = (thrown: unknown): string[] =>
  layersOf(thrown)
    .flatMap((layer) => [field(layer, 'code'), field(layer, 'originalCode')])
    .filter((code) => typeof code === 'string');

const isAway = (thrown: unknown): boolean =>
  codesOf(thrown).some(
    (code) =>
      AWAY_STATES.has(code) || AWAY_SOCKET.test(code) || AWAY_CLASS.test(code) || /^P10\d\d$/.test(code),
  ) ||
  layersOf(thrown).some((layer) => {
    const message = field(layer, 'message');
    return typeof message === 'string' && AWAY_MESSAGE.test(message);
  });

/** Deadlock or serialization failure: the transaction was rolled back whole and may be run again. */
export const isRetryable = (thrown: unknown): boolean =>
  codesOf(thrown).some((code) => RETRYABLE_STATES.has(code));

/** No error of pg or Prisma crosses a port: what is not ours becomes `service_unavailable` or `internal`, with its cause. */
export const translateError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown;
  if (isAway(thrown) || isRetryable(thrown))
    return new AppError('service_unavailable', 'The database does not answer. Try again in a moment.', {
      cause: thrown,
    });
  return new AppError('internal', 'The database refused a statement; the logs have the details.', {
    cause: thrown,
  });
};
