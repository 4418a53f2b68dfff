import { beforeEach, describe, expect, it } from '@jest/globals';
import { anIdempotencyKey, aNewTask, submitted } from '@drydock/engine/testing';
import { eventually } from '@drydock/testing';
import { PgRetentionStore } from './retention/pg-retention-store.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

describe('Idempotency-Key in PostgreSQL', () => {
  const make = usePgStores();
  let stores: PgStores;
  beforeEach(async () => {
    stores = await make();
  });

  const waiting = async (): Promise<boolean> => {
    const found = await stores.database.rows({
      text: `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    });
    return found.length > 0;
  };

  it('replays a forerunner that commits after the statement took its snapshot', async () => {
    const teamId = await stores.addTeam();
    const forerunner = await submitted(stores, teamId);
    const { route, key, bodyHash } = anIdempotencyKey('k');
    const late = await stores.database.transaction(async (tx) => {
      await tx.rows({
        text: `INSERT INTO "IdempotencyKey" ("teamId", "route", "key", "bodyHash", "taskId") VALUES ($1, $2, $3, $4, $5)`,
        values: [teamId, route, key, bodyHash, forerunner.id],
      });
      const submit = stores.tasks.submit(aNewTask(teamId), { route, key, bodyHash });
      await eventually(waiting);
      return { submit };
    });
    expect(await late.submit).toEqual({ task: forerunner, replayed: true });
    expect((await stores.tasks.list(teamId, { labels: [], limit: 10 })).items).toHaveLength(1);
  });

  it('forgets an Idempotency-Key after 24 hours', async () => {
    const teamId = await stores.addTeam();
    const age = (hours: number) =>
      stores.database.rows({
        text: `UPDATE "IdempotencyKey" SET "createdAt" = now() - $1::float8 * interval '1 hour'`,
        values: [hours],
      });
    const retention = new PgRetentionStore(stores.database, stores);
    const submit = (bodyHash: string) =>
      stores.tasks.submit(aNewTask(teamId), anIdempotencyKey('k', bodyHash));
    const first = await submit('one');
    await age(23.9);
    expect(await retention.deleteIdempotencyKeys(10)).toBe(0);
    expect(await submit('one')).toMatchObject({ replayed: true, task: { id: first.task.id } });
    await age(24.1);
    expect((await submit('two')).replayed).toBe(false);
    expect((await submit('two')).replayed).toBe(true);
    await age(24.1);
    expect(await retention.deleteIdempotencyKeys(10)).toBe(1);
  });
});
