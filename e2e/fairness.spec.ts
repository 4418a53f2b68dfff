import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import type { Client } from './system/client.ts';
import {
  changeTeam,
  mostAtOnce,
  operateTeam,
  startsBetween,
  startsIn,
  type OperatedTeam,
} from './system/operator.ts';
import { expectProblem } from './system/problems.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** What one team queues takes nothing from another: checked from the attempts that real workers opened. */
const SLOTS = 2;
const PARALLEL = 20;

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ concurrency: SLOTS, env: { DRYDOCK_RATE_LIMIT: '0' } });
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

const submitMany = async (
  client: Client,
  count: number,
  more: Record<string, unknown> = {},
): Promise<string[]> => {
  const ids: string[] = [];
  for (let done = 0; done < count; done += PARALLEL) {
    const batch = Array.from({ length: Math.min(PARALLEL, count - done) }, () =>
      client.submit(bashTask(url, 'true', more)),
    );
    ids.push(...(await Promise.all(batch)).map(({ id }) => id));
  }
  return ids;
};

const finished = (team: OperatedTeam, ids: readonly string[]): Promise<unknown> =>
  Promise.all(ids.map((id) => team.client.wait(id, 120_000)));

describe('a team with 1,000 queued tasks', () => {
  it('delays each start of another team by at most two freed slots', async () => {
    const big = await operateTeam(system, { name: 'big' });
    const small = await operateTeam(system, { name: 'small', maxConcurrent: 0 });
    await submitMany(big.client, 1_000);
    await eventually(async () => (await startsIn(system)).length > SLOTS);
    // All of them are there before the first may start: one that is not submitted yet is delayed by nobody.
    const ids = await submitMany(small.client, 10);
    await changeTeam(system, small.id, { maxConcurrent: null });
    const before = (await startsIn(system)).filter(({ teamId }) => teamId === big.id).length;
    await finished(small, ids);
    await changeTeam(system, big.id, { maxConcurrent: 0 });
    const gaps = startsBetween(await startsIn(system), small.id);
    // Those that started before it was let loose are no delay.
    gaps[0] = Math.max(0, (gaps[0] ?? Number.NaN) - before);
    expect(gaps).toHaveLength(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2);
  }, 300_000);
});

describe('a team', () => {
  it('that is paused starts nothing, and then its tasks by priority and age', async () => {
    const team = await operateTeam(system, { name: 'ordered', maxConcurrent: 0 });
    const ids = [];
    for (const priority of [1, 5, 9, 5])
      ids.push((await team.client.submit(bashTask(url, 'true', { priority }))).id);
    const other = await operateTeam(system, { name: 'passer-by' });
    await finished(other, await submitMany(other.client, 2));
    const own = async () => (await startsIn(system)).filter(({ teamId }) => teamId === team.id);
    expect(await own()).toEqual([]);
    await changeTeam(system, team.id, { maxConcurrent: 1 });
    await finished(team, ids);
    const order = (await own()).map(({ taskId }) => taskId);
    expect(order).toEqual([ids[2], ids[1], ids[3], ids[0]]);
  });

  it('never runs more than maxConcurrent at any instant, while another one uses what is left', async () => {
    const capped = await operateTeam(system, { name: 'capped', maxConcurrent: 1 });
    const free = await operateTeam(system, { name: 'free' });
    const [own, others] = await Promise.all([submitMany(capped.client, 8), submitMany(free.client, 8)]);
    await Promise.all([finished(capped, own), finished(free, others)]);
    const starts = await startsIn(system);
    expect(mostAtOnce(starts.filter(({ teamId }) => teamId === capped.id))).toBe(1);
    expect(mostAtOnce(starts.filter(({ taskId }) => [...own, ...others].includes(taskId)))).toBe(SLOTS);
    expect(mostAtOnce(starts)).toBe(SLOTS);
  });

  it('starts a task at its notBefore, not earlier, and soon', async () => {
    const team = await operateTeam(system, { name: 'patient' });
    const notBefore = Date.now() + 3_000;
    const at = new Date(notBefore).toISOString();
    const ids = await submitMany(team.client, 2, { notBefore: at, priority: 9 });
    await finished(team, ids);
    for (const { startedAt } of (await startsIn(system)).filter(({ teamId }) => teamId === team.id)) {
      expect(startedAt / 1000).toBeGreaterThanOrEqual(notBefore);
      expect(startedAt / 1000).toBeLessThan(notBefore + 60_000);
    }
  });

  it('with maxQueued 10 gets exactly 10 of 50 tasks in, and is told when to come back', async () => {
    const team = await operateTeam(system, { name: 'short', maxConcurrent: 0, maxQueued: 10 });
    const post = () => team.client.post('/v1/tasks', bashTask(url, 'true'));
    const responses = await Promise.all(Array.from({ length: 50 }, post));
    const refused = responses.filter(({ status }) => status !== 202);
    expect(refused).toHaveLength(40);
    for (const response of refused) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      await expectProblem(response, { status: 429, code: 'queue_full' });
    }
    await changeTeam(system, team.id, { maxQueued: 11 });
    expect((await post()).status).toBe(202);
    expect((await post()).status).toBe(429);
  });
});

describe('a key', () => {
  it('with a rate of its own is refused beyond it, and passes a second later', async () => {
    const { client } = await operateTeam(system, { name: 'slow' }, { requestsPerSecond: 3 });
    const list = () => client.request('/v1/tasks');
    const startedAt = performance.now();
    const responses = await Promise.all(Array.from({ length: 60 }, list));
    // The first second and the last may be parts of one.
    const seconds = Math.floor((performance.now() - startedAt) / 1000) + 2;
    const refused = responses.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThanOrEqual(Math.max(1, responses.length - 3 * seconds));
    for (const response of refused) {
      expect(response.headers.get('retry-after')).toBe('1');
      await expectProblem(response, { status: 429, code: 'rate_limited' });
    }
    await eventually(async () => (await list()).status === 200);
  });
});
