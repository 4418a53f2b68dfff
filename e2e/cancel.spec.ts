import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Docker from 'dockerode';
import { eventually } from '@drydock/testing';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

const docker = new Docker();
const STUBBORN = 'trap "" TERM INT HUP; echo partial > a.txt; echo noted';
/** Ignores signals, leaves its process group and its session, and forks again and again. */
const HYDRA = `${STUBBORN}; (trap "" TERM; setsid bash -c 'trap "" TERM; while :; do sleep 0.2 & wait; done' &) ; while :; do sleep 1; done`;

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ workers: 2, concurrency: 2 });
  url = await publishScript(system, 'small', 'echo one > a.txt');
}, 120_000);

afterAll(async () => {
  await system.stop();
}, 60_000);

const submit = async (task: Record<string, unknown>): Promise<string> =>
  (await system.client.submit(task)).id;
const cancel = (id: string): Promise<Response> => system.client.post(`/v1/tasks/${id}/cancel`, {});
/** Containers of one phase of a task that run. */
const countRunning = async (id: string, phase: string): Promise<number> =>
  (await docker.listContainers({ filters: { label: [`drydock.task=${id}`, `drydock.phase=${phase}`] } }))
    .length;

/** Cancels what is in a phase. @returns seconds until its container was gone. */
const cancelIn = async (id: string, phase: string): Promise<number> => {
  await eventually(async () => (await countRunning(id, phase)) > 0, { timeoutMs: 30_000 });
  const startedAt = performance.now();
  await cancel(id);
  await eventually(async () => (await countRunning(id, phase)) === 0, { timeoutMs: 30_000 });
  return (performance.now() - startedAt) / 1000;
};

describe('a cancel', () => {
  it('reaches the right one of two workers, and ends a tree that ignores signals and leaves its group', async () => {
    const ids = [await submit(bashTask(url, HYDRA)), await submit(bashTask(url, HYDRA))];
    await Promise.all(ids.map((id) => system.client.until(id, (task) => task.phase === 'agent')));
    const [victim = '', other = ''] = ids;
    await eventually(
      async () => (await system.client.events(victim)).some((event) => event['type'] === 'log'),
      { timeoutMs: 15_000 },
    );
    expect(await cancelIn(victim, 'agent')).toBeLessThan(15);
    expect(await system.client.wait(victim)).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    expect((await system.client.task(other)).status).toBe('running');
    expect((await system.client.diff(victim)).toString()).toContain('+partial');
    expect(await system.client.artifact(victim, 'agent.log')).toContain('noted');
    await cancel(other);
    await system.client.wait(other);
    await expectNothingLeft(system, ids);
  }, 120_000);

  it.each([
    ['setup', { setup: [HYDRA] }],
    ['verify', { verify: [HYDRA] }],
  ])(
    'ends the %s phase',
    async (phase, more) => {
      const id = await submit(bashTask(url, 'echo two > a.txt', more));
      expect(await cancelIn(id, phase)).toBeLessThan(15);
      expect(await system.client.wait(id)).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
      await expectNothingLeft(system, [id]);
    },
    90_000,
  );

  it('counts when its worker is dead: the sweep ends the task', async () => {
    const id = await submit(bashTask(url, HYDRA));
    const task = await system.client.until(id, ({ phase }) => phase === 'agent');
    const workerId = task.attempts[0]?.workerId ?? '';
    const carrier = system.workers.find(({ output }) => output.includes(workerId));
    carrier?.signal('SIGKILL');
    await cancel(id);
    const done = await system.client.wait(id, 60_000);
    expect(done).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    expect(done.attempts).toHaveLength(1);
    await expectNothingLeft(system, [id]);
    await system.startWorker();
  }, 90_000);
});

describe('a timeout', () => {
  it('ends a stubborn tree within seconds of its limit and keeps patch and log', async () => {
    const id = await submit(bashTask(url, HYDRA, { limits: { timeoutSeconds: 3 } }));
    await eventually(async () => (await countRunning(id, 'agent')) > 0, { timeoutMs: 30_000 });
    const startedAt = performance.now();
    await eventually(async () => (await countRunning(id, 'agent')) === 0, { timeoutMs: 30_000 });
    expect((performance.now() - startedAt) / 1000).toBeLessThan(3 + 8);
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'timeout' });
    expect((await system.client.diff(id)).toString()).toContain('+partial');
    expect(await system.client.artifact(id, 'agent.log')).toContain('noted');
    await expectNothingLeft(system, [id]);
  }, 90_000);
});
