import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { eventually } from '@drydock/testing';
import type { System } from './start-system.ts';

const docker = new Docker();

/** Containers of these tasks, and directories of attempts, that are still there. */
const leftovers = async (system: System, taskIds: readonly string[]): Promise<string[]> => {
  const containers = await docker.listContainers({ all: true, filters: { label: ['drydock.task'] } });
  const ours = containers.filter((container) => taskIds.includes(container.Labels['drydock.task'] ?? ''));
  const workspaces = await readdir(join(system.dataDirectory, 'workspaces')).catch(() => []);
  return [...ours.flatMap((container) => container.Names), ...workspaces];
};

/** Nothing of these tasks is left on the host within the time. */
export const expectNothingLeft = (
  system: System,
  taskIds: readonly string[],
  timeoutMs = 60_000,
): Promise<unknown> =>
  eventually(
    async () => {
      const left = await leftovers(system, taskIds);
      if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
      return true;
    },
    { timeoutMs },
  );
