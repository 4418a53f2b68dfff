import type { System } from '../../../e2e/system/start-system.ts';
import { query } from '../../../e2e/system/teams.ts';
import { commandTask } from '../sample-repository.ts';

export const TASKS = 100_000;
/** Of a team beside the one that has all the others. */
export const FEW_TASKS = 40;

// Numbers in words, so that texts differ as those of people do: 600 characters on average.
const TEXT = `(SELECT string_agg(md5((n % 1000 + i)::text), ' ') FROM generate_series(1, 12 + n % 10) i)`;

/** Copies of the one queued task: ended, each with an attempt, and a third of them with a pull request. */
const COPY = `
INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "outcome", "request", "schemaVersion", "priority",
  "maxAttempts", "labels", "imageName", "limits", "createdAt", "startedAt", "finishedAt")
SELECT 'task_' || $3 || lpad(n::text, 25, '0'), $2, t."createdBy",
  CASE n % 1000 WHEN 0 THEN 'failed' ELSE 'succeeded' END,
  CASE n % 1000 WHEN 0 THEN 'timeout' WHEN 1 THEN 'no_changes' ELSE 'changed' END,
  t."request" || jsonb_build_object(
    'description', 'Fix ' || ${TEXT} || CASE WHEN n % 1000 = 2 THEN ' needle' ELSE '' END
      || CASE WHEN n > $1::int / 2 THEN ' legacy' ELSE '' END,
    'source', jsonb_build_object('git', jsonb_build_object('url',
      'https://example.com/acme/' || CASE WHEN n % 200 = 3 THEN 'shop' ELSE 'service-' || n % 50 END || '.git'))),
  t."schemaVersion", 5, 1, jsonb_build_object('project', 'shop', 'run', (n % 200)::text), t."imageName", t."limits",
  now() - n * interval '1 second', now(), now()
FROM generate_series(1, $1::int) n CROSS JOIN "Task" t WHERE t."status" = 'queued'`;

const ATTEMPTS = `
INSERT INTO "Attempt" ("taskId", "number", "teamId", "sessionId", "bootNonce", "workerId", "finishedAt", "outcome")
SELECT "id", 1, "teamId", 'w:1', '1', 'w', now(), 'changed' FROM "Task" WHERE "status" <> 'queued'`;

const DELIVERIES = `
INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state")
SELECT replace("id", 'task_', 'dlv_'), "id", "teamId", 'pull_request', 'succeeded' FROM "Task"
WHERE "status" <> 'queued' AND right("id", 1) IN ('3', '6', '9')`;

const TEXTS = `SELECT indexdef FROM pg_indexes WHERE indexname = 'Task_texts_idx'`;

/** 100,000 tasks of the system's own team, and a few of another one among them. */
export const seedTasks = async (system: System, fewTeamId: string): Promise<void> => {
  await (
    await system.client.post('/v1/tasks', commandTask('https://example.com/a.git', 'true'))
  ).arrayBuffer();
  const [team] = await query(system, 'SELECT "teamId" FROM "Task"');
  // Made anew afterwards: row by row it takes minutes.
  const [texts] = await query(system, TEXTS);
  await query(system, 'DROP INDEX "Task_texts_idx"');
  await query(system, COPY, [TASKS, team?.['teamId'], '0']);
  await query(system, COPY, [FEW_TASKS, fewTeamId, '1']);
  for (const text of [String(texts?.['indexdef']), ATTEMPTS, DELIVERIES, 'ANALYZE'])
    await query(system, text);
};
