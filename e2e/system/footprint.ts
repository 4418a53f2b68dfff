import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { System } from './start-system.ts';

const filesIn = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

/** What a request leaves behind when it is accepted: tasks, places in the queue, files. */
export const footprint = async (system: System): Promise<unknown> => {
  const list = (await (await system.client.request('/v1/tasks?limit=200')).json()) as {
    items: { id: string }[];
  };
  const { queued, eligible, running } = (await (await system.client.request('/v1/queue')).json()) as Record<
    string,
    unknown
  >;
  return {
    tasks: list.items.map((task) => task.id),
    queue: { queued, eligible, running },
    files: [
      ...(await filesIn(join(system.dataDirectory, 'spool'))),
      ...(await filesIn(join(system.dataDirectory, 'artifacts'))).filter(
        (name) => !name.endsWith('/instance'),
      ),
    ],
  };
};
