import type { TaskId, TeamId } from '@drydock/domain';
import {
  anEnd,
  claimed,
  openSession,
  submitted,
  type DeliveredTask,
  type DeliveriesUnderTest,
  type DeliveryLook,
  type TaskEnd,
} from '@drydock/engine/testing';
import type { PgStores } from './pg-stores.ts';

const ZIP = { bytes: 1, sha256: 'hash' };

const submit = async (
  stores: PgStores,
  teamId: TeamId,
  { order = null, token, isZip }: DeliveredTask,
): Promise<TaskId> => {
  const rest = { pullRequest: order, sourceToken: token ?? null, zip: isZip === true ? ZIP : null };
  const task = await submitted(stores, teamId, isZip === true ? { source: { zip: {} } } : {}, rest);
  return task.id;
};

/** Only this one can be claimed for a moment: the stores give whichever is first. */
const claimOnly = async (stores: PgStores, taskId: TaskId) => {
  const hold = `UPDATE "Task" SET "heldUntil" = now() + interval '1 day' WHERE "status" = 'queued' AND "id" <> $1`;
  await stores.database.rows({ text: hold, values: [taskId] });
  const claim = await claimed(stores, await openSession(stores, 'worker-of-tasks'));
  await stores.database.rows({
    text: 'UPDATE "Task" SET "heldUntil" = NULL WHERE "status" = $1',
    values: ['queued'],
  });
  return claim;
};

const end = async (
  stores: PgStores,
  taskId: TaskId,
  { outcome, verify = [], patchBytes = 5 }: TaskEnd,
): Promise<void> => {
  const { fence, task } = await claimOnly(stores, taskId);
  const isGit = task.request.source?.git !== undefined;
  await stores.attempts.pinBase(fence, {
    ref: isGit ? 'main' : null,
    commit: isGit ? 'c0'.repeat(20) : null,
    tree: '7e'.repeat(20),
  });
  if (outcome === 'cancelled') await stores.tasks.cancel(task.teamId, taskId);
  const artifact = { name: 'diff.patch', attempt: fence.attempt, bytes: patchBytes, sha256: 'hash' };
  const artifacts = [{ ...artifact, contentType: 'text/x-diff' }];
  await stores.attempts.finish(
    fence,
    anEnd(outcome, { resultTree: 'b7'.repeat(20), verify: [...verify], artifacts }),
  );
};

const look = async (stores: PgStores, teamId: TeamId, taskId: TaskId): Promise<DeliveryLook> => {
  const task = await stores.tasks.get(teamId, taskId);
  const events = await stores.database.rows<{ seq: number; type: string; said: string | null }>({
    text: `SELECT "seq", "type", coalesce("payload" ->> 'state', "payload" ->> 'code') AS "said" FROM "TaskEvent"
      WHERE "taskId" = $1 ORDER BY "seq"`,
    values: [taskId],
  });
  const secrets = await stores.database.rows({
    text: 'SELECT 1 FROM "Secret" WHERE "taskId" = $1',
    values: [taskId],
  });
  const after = events.slice(events.findIndex(({ type }) => type === 'task.finished') + 1);
  return {
    deliveries: task?.deliveries ?? [],
    events: after.map(({ type, said }) => [type, ...(said === null ? [] : [said])].join(' ')),
    seqs: events.map(({ seq }) => seq),
    hasToken: secrets.length > 0,
  };
};

/** The truth of deliveries, made up by the stores themselves as far as they can. */
export const deliveriesOver = (stores: PgStores): DeliveriesUnderTest => {
  const { database, deliveries, sessions } = stores;
  const change = async (text: string, values: unknown[] = []): Promise<void> =>
    void (await database.rows({ text, values }));
  return {
    deliveries,
    addTeam: () => stores.addTeam(),
    allowWorkflows: (teamId) =>
      change('UPDATE "Team" SET "mayEditWorkflows" = true WHERE "id" = $1', [teamId]),
    openSession: () => openSession(stores),
    closeSession: (session) => sessions.close(session),
    loseSession: async (session) => {
      await stores.endLease(session);
      await sessions.sweep();
    },
    submit: (teamId, task = {}) => submit(stores, teamId, task),
    end: (taskId, how) => end(stores, taskId, how),
    endUnnoticed: async (taskId, how) => {
      await end(stores, taskId, how);
      await change('UPDATE "Delivery" SET "notBefore" = NULL WHERE "taskId" = $1', [taskId]);
      await change(`UPDATE "Task" SET "finishedAt" = now() - interval '1 hour' WHERE "id" = $1`, [taskId]);
    },
    withdrawFiles: (taskId) => change('UPDATE "Task" SET "filesDeletedAt" = now() WHERE "id" = $1', [taskId]),
    look: (teamId, taskId) => look(stores, teamId, taskId),
    makeDue: () => change('UPDATE "Delivery" SET "notBefore" = now() WHERE "notBefore" > now()'),
  };
};
