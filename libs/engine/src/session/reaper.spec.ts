import { describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { AskDead, Reaped } from '../ports/reaping.ts';
import { Reaper } from './reaper.ts';

const key = (task: string): AttemptKey => ({ taskId: task as TaskId, attempt: 1 });
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Facts {
  live: string[];
  owned: string[];
  containers: string[];
  workspaces: string[];
  stuck?: string[];
  isDatabaseAway?: boolean;
}

/** A host with things of attempts on it; what was taken, in order. */
const reapOnce = async (facts: Facts): Promise<string[]> => {
  const taken: string[] = [];
  const place = (kind: 'containers' | 'workspaces') => ({
    reap: async (askDead: AskDead): Promise<Reaped> => {
      const dead = await askDead(facts[kind].map(key));
      const stuck = kind === 'containers' ? dead.filter(({ taskId }) => facts.stuck?.includes(taskId)) : [];
      const gone = dead.filter((each) => !stuck.includes(each));
      taken.push(...gone.map(({ taskId }) => `${kind} ${taskId}`));
      return { removed: gone.length, stuck };
    },
  });
  const reaper = new Reaper({
    sessions: {
      liveAttempts: () =>
        facts.isDatabaseAway ? Promise.reject(new Error('away')) : Promise.resolve(facts.live.map(key)),
    },
    sandboxes: place('containers'),
    workspaces: place('workspaces'),
    session: { owns: ({ taskId }: AttemptKey) => facts.owned.includes(taskId) },
    log,
  });
  await reaper.reapOnce().catch(() => taken.push('threw'));
  return taken;
};

describe('Reaper', () => {
  const all = ['live', 'owned', 'dead'];

  it('takes containers and then workspaces of the dead, at the first look', async () => {
    const taken = await reapOnce({ live: ['live'], owned: ['owned'], containers: all, workspaces: all });
    expect(taken).toEqual(['containers dead', 'workspaces dead']);
  });

  it('takes nothing while PostgreSQL cannot tell who lives', async () => {
    const away = { live: [], owned: ['owned'], isDatabaseAway: true };
    expect(await reapOnce({ ...away, containers: all, workspaces: all })).toEqual(['threw']);
  });

  it('leaves a workspace whose container could not be removed, and takes the others', async () => {
    const dead = ['a', 'b'];
    const taken = await reapOnce({ live: [], owned: [], containers: dead, workspaces: dead, stuck: ['a'] });
    expect(taken).toEqual(['containers b', 'workspaces b']);
  });
});
