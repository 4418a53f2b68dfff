import { randomBytes } from 'node:crypto';
import type { SessionId, TaskId } from '@drydock/domain';
import {
  aNewTask,
  type RetainedLook,
  type RetainedTask,
  type RetentionUnderTest,
} from '@drydock/engine/testing';
import { PgRetentionStore } from '../retention/pg-retention-store.ts';
import type { PgStores } from './pg-stores.ts';

const AGO = `now() - $2::float8 * interval '1 millisecond'`;

const addRows = async (stores: PgStores, id: TaskId, task: RetainedTask): Promise<void> => {
  const { events = [], artifacts = {}, delivery, hasSecret = false } = task;
  const all: [boolean, string, unknown[]][] = [
    [
      events.length > 0,
      `INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
        SELECT $1, nth, type, now(), 'team', '{}' FROM unnest($2::text[]) WITH ORDINALITY AS e(type, nth)`,
      [events],
    ],
    ...Object.entries(artifacts).map(([path, bytes]): [boolean, string, unknown[]] => [
      true,
      `INSERT INTO "Artifact" ("taskId", "attempt", "name", "teamId", "bytes", "sha256", "contentType")
        VALUES ($1, $2, $3, 'team', $4, 'hash', 'text/plain')`,
      [Number(path.split('/')[0]), path.split('/')[1], bytes],
    ]),
    [
      delivery !== undefined,
      `INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state") VALUES ($2, $1, 'team', 'webhook', $3)`,
      [randomBytes(4).toString('hex'), delivery],
    ],
    [
      hasSecret,
      `INSERT INTO "Secret" ("taskId", "purpose", "teamId", "sealed") VALUES ($1, $2, 'team', '')`,
      ['p'],
    ],
  ];
  for (const [isThere, text, values] of all)
    if (isThere) await stores.database.rows({ text, values: [id, ...values] });
};

/** The truth of retention, made up by bare statements: the stores' own ways leave nothing old. */
export const retentionOver = async (stores: PgStores): Promise<RetentionUnderTest> => {
  const { database, url } = stores;
  const teamId = await stores.addTeam();
  const addTask = async (task: RetainedTask): Promise<TaskId> => {
    const zip = task.zipBytes === undefined ? null : { bytes: task.zipBytes, sha256: 'hash' };
    const retryOf = task.retryOf ?? null;
    const { id } = (await stores.tasks.submit(aNewTask(teamId, {}, { zip, retryOf }), null)).task;
    await database.rows({ text: 'DELETE FROM "TaskEvent" WHERE "taskId" = $1', values: [id] });
    await database.rows({
      text: `UPDATE "Task" SET "status" = $3, "finishedAt" = ${AGO}, "lastSeq" = $4 WHERE "id" = $1`,
      values: [id, task.endedMsAgo, task.status, task.events?.length ?? 0],
    });
    await addRows(stores, id, task);
    return id;
  };
  const addSession = async (leaseEndedMsAgo: number, owns?: TaskId): Promise<SessionId> => {
    const id = `w:${randomBytes(4).toString('hex')}` as SessionId;
    await database.rows({
      text: `INSERT INTO "WorkerSession" ("id", "workerId", "bootNonce", "host", "version", "concurrency", "leaseUntil")
        VALUES ($1, 'w', 'n', 'h', '0', 1, ${AGO})`,
      values: [id, leaseEndedMsAgo],
    });
    if (owns !== undefined)
      await database.rows({
        text: `INSERT INTO "Attempt" ("taskId", "number", "teamId", "sessionId", "bootNonce", "workerId")
          VALUES ($2, 1, 'team', $1, 'n', 'w')`,
        values: [id, owns],
      });
    return id;
  };
  const look = async (id: TaskId): Promise<RetainedLook> => {
    const [row] = await database.rows<RetainedLook>({
      text: `SELECT "logsDeletedAt" IS NOT NULL AS "logsDeleted", "filesDeletedAt" IS NOT NULL AS "filesDeleted",
        ARRAY(SELECT "seq" || ' ' || "type" FROM "TaskEvent" WHERE "taskId" = $1 ORDER BY "seq") AS "events",
        ARRAY(SELECT "attempt" || '/' || "name" FROM "Artifact" WHERE "taskId" = $1 ORDER BY 1) AS "artifacts",
        EXISTS (SELECT 1 FROM "Secret" WHERE "taskId" = $1) AS "hasSecret" FROM "Task" WHERE "id" = $1`,
      values: [id],
    });
    return row!;
  };
  return {
    store: new PgRetentionStore(database, { url }),
    rival: new PgRetentionStore(database, { url }),
    addTask,
    addSession,
    look,
    addIdempotencyKey: async (ageMs) => {
      await database.rows({
        text: `INSERT INTO "IdempotencyKey" ("teamId", "route", "key", "bodyHash", "taskId", "createdAt")
          VALUES ('team', 'route', $1, 'hash', 'task', ${AGO})`,
        values: [randomBytes(4).toString('hex'), ageMs],
      });
    },
    addAuditEntry: async (ageMs) => {
      await database.rows({
        text: `INSERT INTO "AuditEntry" ("actor", "action", "subject", "at") VALUES ($1, 'a.b', 's', ${AGO})`,
        values: ['github:octocat', ageMs],
      });
    },
    sessions: async () =>
      (
        await database.rows<{ id: SessionId }>({ text: 'SELECT "id" FROM "WorkerSession" ORDER BY "id"' })
      ).map(({ id }) => id),
  };
};
