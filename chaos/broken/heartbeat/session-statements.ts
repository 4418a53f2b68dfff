import * as real from '../../../libs/persistence/src/session-statements.ts';
import { replacePart } from '../replace-part.ts';

export * from '../../../libs/persistence/src/session-statements.ts';

const unrenewed = replacePart(
  real.HEARTBEAT,
  '"leaseUntil" = clock_timestamp() +',
  '"leaseUntil" = "leaseUntil" + 0 *',
);

/** A session that asks is told that all is well, and its lease runs out as if it had never asked. */
export const HEARTBEAT = replacePart(
  unrenewed,
  'AND "endedAt" IS NULL',
  'AND "endedAt" IS NULL AND "leaseUntil" > clock_timestamp()',
);
