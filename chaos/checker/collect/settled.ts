import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '@drydock/testing';

const PAUSE_MS = 500;

/** What workers have still to do at the code host. */
const PENDING = `SELECT (SELECT count(*) FROM "Delivery" WHERE "state" = 'pending')
  + (SELECT count(*) FROM "InboundDelivery" WHERE "state" = 'received')
  + (SELECT count(*) FROM "TriggerLink" WHERE NOT "isTold") AS "count"`;

/** Resolves when nothing waits to be delivered or told any more, or after so long. The workers must live. */
export const settledWithin = (databaseUrl: string, milliseconds: number): Promise<void> =>
  withClient(databaseUrl, async (database) => {
    const deadline = Date.now() + milliseconds;
    while (Date.now() < deadline) {
      const [row] = (await database.query<{ count: string }>(PENDING)).rows;
      if (Number(row?.count) === 0) return;
      await delay(PAUSE_MS);
    }
  });
