import type { AppError, ErrorCode } from '@drydock/domain';

/** A fault of ours is as likely to pass as one of theirs. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'forge_rate_limited',
  'forge_unreachable',
  'service_unavailable',
  'queue_full',
  'idempotency_in_flight',
  'internal',
]);

/** Whether the same trigger may fare better later although nobody changes anything. */
export const mayPass = ({ code }: AppError): boolean => PASSING.has(code);
