import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import type { System } from '../system/start-system.ts';

const TASK = {
  source: { git: { url: 'https://github.com/acme/shop.git' } },
  description: 'Change some files\n\nas the patch says',
  agent: { harness: 'command', command: ['true'] },
};

/** A task that ended with this patch, without anybody having worked on it. @returns its id. */
export const seedPatch = async (system: System, database: pg.Client, patch: Buffer): Promise<string> => {
  const { id } = await system.client.submit(TASK);
  const path = join(system.dataDirectory, 'artifacts', 'tasks', id, 'attempts', '1', 'diff.patch');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, patch);
  await database.query(
    `INSERT INTO "Attempt" ("taskId", number, "teamId", "sessionId", "bootNonce", "workerId", "finishedAt", outcome)
     SELECT id, 1, "teamId", 'none', 'none', 'none', now(), 'changed' FROM "Task" WHERE id = $1`,
    [id],
  );
  await database.query(
    `INSERT INTO "Artifact" ("taskId", attempt, name, "teamId", bytes, sha256, "contentType")
     SELECT id, 1, 'diff.patch', "teamId", $2, $3, 'text/x-diff' FROM "Task" WHERE id = $1`,
    [id, patch.length, createHash('sha256').update(patch).digest('hex')],
  );
  await database.query(
    `UPDATE "Task" SET status = 'succeeded', outcome = 'changed', "currentAttempt" = 1, "startedAt" = now(),
       "finishedAt" = now(), diffstat = '{"files": 1, "insertions": 1, "deletions": 1}' WHERE id = $1`,
    [id],
  );
  return id;
};
