import type { AppError, ErrorCode } from '@drydock/domain';

/** The code host itself is away or wants to be left alone. */
const HOST_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'forge_unreachable',
  'forge_rate_limited',
  'source_unreachable',
]);

/** Ours. An unknown fault may pass too; it is tried a bounded number of times. */
const OWN_FAULTS: ReadonlySet<ErrorCode> = new Set(['service_unavailable', 'store_failed', 'internal']);

/** Whether the code host, rather than this delivery, is what fails. */
export const isHostFault = ({ code }: AppError): boolean => HOST_FAULTS.has(code);

/** Whether another try may fare better although nobody changes anything. */
export const isPassing = (error: AppError): boolean => isHostFault(error) || OWN_FAULTS.has(error.code);
