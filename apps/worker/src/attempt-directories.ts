import { join } from 'node:path';
import type { LocateArea } from '@drydock/engine';

/** The one map from attempts to directories; every adapter of this worker is given it. */
export const locateIn = (dataDirectory: string): LocateArea => {
  const root = join(dataDirectory, 'workspaces');
  return (key, area) => {
    const own = join(root, `${key.taskId}-${String(key.attempt)}`);
    return area === null ? own : join(own, area);
  };
};
