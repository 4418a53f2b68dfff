import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Client } from 'pg';
import type { Leftover } from '../evidence.ts';

/** Keys that rows name, and the one that says whose store it is. */
const NAMED = `SELECT 'tasks/' || "taskId" || '/attempts/' || "attempt" || '/' || "name" AS "key" FROM "Artifact"
  UNION ALL SELECT 'tasks/' || "id" || '/input.zip' FROM "Task" WHERE "zipSha256" IS NOT NULL
  UNION ALL SELECT 'instance'`;

/** Stored files that no row names: half-written ones, those of lost attempts, inputs of tasks that were never accepted. */
export const artifactsLeft = async (root: string, database: Client): Promise<Leftover[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  // Asked after the look at the disk: a row comes after its files.
  const { rows } = await database.query<{ key: string }>(NAMED);
  const named = new Set(rows.map(({ key }) => key));
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((key) => !named.has(key))
    .map((name) => ({ kind: 'artifact', name }));
};
