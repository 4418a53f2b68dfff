import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { AppError, NO_USAGE, type Outcome, type TaskId } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import type { SessionStore, TakenBack } from '../ports/session-store.ts';
import { FakeArtifactStore } from '../testing/fake-artifact-store.ts';
import { workerInMemory } from '../testing/worker-in-memory.ts';
import { takeBackLost } from './take-back-lost.ts';

const lost = (task: string, outcome: Outcome | null): TakenBack => ({
  taskId: task as TaskId,
  attempt: 2,
  finished: outcome && { outcome, usage: NO_USAGE },
});

/** A sweep that takes these, over a store where each of their attempts and the ones before left a file. */
const sweepOf = async (taken: readonly TakenBack[]) => {
  const artifacts = new FakeArtifactStore();
  for (const { taskId } of taken)
    for (const attempt of [1, 2, 3, 20])
      await artifacts.put(`tasks/${taskId}/attempts/${String(attempt)}/agent.log`, Readable.from([]), {
        signal: new AbortController().signal,
      });
  const sessions = { sweep: () => Promise.resolve(taken) } as unknown as SessionStore;
  const counted: Outcome[] = [];
  const { telemetry } = workerInMemory();
  telemetry.taskFinished = (outcome) => void counted.push(outcome);
  return { ports: { sessions, artifacts, telemetry }, artifacts, counted };
};

describe('takeBackLost', () => {
  it('removes what the lost attempts had stored, and nothing of other attempts', async () => {
    const { ports, artifacts } = await sweepOf([lost('a', null), lost('b', 'infrastructure')]);
    expect(await takeBackLost(ports)).toBe(2);
    await eventually(async () => Promise.resolve(artifacts.contents.size === 6));
    expect([...artifacts.contents.keys()].filter((key) => key.includes('/2/'))).toEqual([]);
  });

  it('counts the tasks that ended with it, and no other', async () => {
    const { ports, counted } = await sweepOf([
      lost('a', null),
      lost('b', 'infrastructure'),
      lost('c', 'cancelled'),
    ]);
    await takeBackLost(ports);
    expect(counted).toEqual(['infrastructure', 'cancelled']);
  });

  it('does not wait for an artifact store that is slow, and survives one that fails', async () => {
    const { ports, artifacts } = await sweepOf([lost('a', null), lost('b', null)]);
    artifacts.remove = (key) =>
      key.includes('/a/')
        ? new Promise(() => undefined)
        : Promise.reject(new AppError('store_failed', 'away'));
    expect(await takeBackLost(ports)).toBe(2);
  });
});
