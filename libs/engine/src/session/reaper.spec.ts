import { describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import type { AttemptKey } from '../ports/attempt-key.ts';
import { Reaper } from './reaper.ts';

const key = (task: string): AttemptKey => ({ taskId: task as TaskId, attempt: 1 });

/** A host with things of three attempts on it. */
const makeReaper = (facts: { live: AttemptKey[]; owned: string[]; present: string[] }) => {
  const reaped: string[] = [];
  const reap = (isLive: (key: AttemptKey) => boolean): Promise<number> => {
    const gone = facts.present.filter((task) => !isLive(key(task)));
    reaped.push(...gone);
    facts.present = facts.present.filter((task) => !gone.includes(task));
    return Promise.resolve(gone.length);
  };
  const parts = {
    sessions: { liveAttempts: () => Promise.resolve(facts.live) },
    sandboxes: { reap },
    workspaces: { reap: () => Promise.resolve(0) },
    session: { owns: ({ taskId }: AttemptKey) => facts.owned.includes(taskId) },
  };
  return { reaper: new Reaper(parts as unknown as ConstructorParameters<typeof Reaper>[0]), reaped };
};

describe('Reaper', () => {
  it('takes what is found dead in two rounds, and nothing else', async () => {
    const { reaper, reaped } = makeReaper({
      live: [key('live')],
      owned: ['owned'],
      present: ['live', 'owned', 'dead'],
    });
    await reaper.reapOnce();
    expect(reaped).toEqual([]);
    await reaper.reapOnce();
    expect(reaped).toEqual(['dead']);
  });

  it('spares an attempt that came to life between the rounds', async () => {
    const facts = { live: [] as AttemptKey[], owned: [], present: ['late'] };
    const { reaper, reaped } = makeReaper(facts);
    await reaper.reapOnce();
    facts.live = [key('late')];
    await reaper.reapOnce();
    await reaper.reapOnce();
    expect(reaped).toEqual([]);
  });
});
