import type { AskDead, AttemptKey, LocateArea, Reaped } from '@drydock/engine';
import { attemptsOnDisk } from './attempt-directory.ts';

const nameOf = (key: AttemptKey): string => `${key.taskId}/${key.attempt}`;

/** Closes the workspaces of dead attempts. One that cannot be removed does not keep the others. */
export const reapDirectories = async (
  locate: LocateArea,
  askDead: AskDead,
  close: (key: AttemptKey) => Promise<void>,
): Promise<Reaped> => {
  const found = await attemptsOnDisk(locate);
  if (found.length === 0) return { removed: 0, stuck: [] };
  const named = new Set((await askDead(found)).map(nameOf));
  const dead = found.filter((key) => named.has(nameOf(key)));
  const stuck: AttemptKey[] = [];
  for (const key of dead) await close(key).catch(() => stuck.push(key));
  return { removed: dead.length - stuck.length, stuck };
};
