import { jsonb } from '../jsonb.ts';

const DISABLED = jsonb({
  code: 'webhook_endpoint_disabled',
  message: 'The endpoint was disabled. Enable it, and send this again.',
});

/** A statement that ends what is pending for endpoints; `select` gives their ids. It counts as no try. */
export const endPending = (select: string): string => `UPDATE "WebhookMessage" p SET "state" = 'failed',
    "settledAt" = clock_timestamp(), "claimedUntil" = NULL, "tries" = p."tries" || jsonb_build_array(jsonb_build_object(
      'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'ms', 0, 'status', NULL,
      'error', '${DISABLED}'::jsonb))
  WHERE p."endpointId" IN (${select}) AND p."state" = 'pending'`;
