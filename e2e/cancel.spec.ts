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
});

afterAll(async () => {
  await system.stop();
});

const submit = async (task: Record<string, unknown>): Promise<string> =>
  (await system.client.submit(task)).id;
const cancel = (id: string): Promise<Response> => system.client.post(`/v1/tasks/${id}/cancel`, {});
/** Containers of one phase of a task that run. */
const countRunning = async (id: string, phase: string): Promise<number> =>
  (await docker.listContainers({ filters: { label: [`drydock.task=${id}`, `drydock.phase=${phase}`] } }))
    .length;

/** Cancels what is in a phase, until its container is gone. How soon that is, `npm run bench` tells. */
const cancelIn = async (id: string, phase: string): Promise<void> => {
  await eventually(async () => (await countRunning(id, phase)) > 0);
  await cancel(id);
  await eventually(async () => (await countRunning(id, phase)) === 0);
};

describe('a cancel', () => {
  it('reaches the right one of two workers, and ends a tree that ignores signals and leaves its group', async () => {
    const ids = [await submit(bashTask(url, HYDRA)), await submit(bashTask(url, HYDRA))];
    await Promise.all(ids.map((id) => system.client.until(id, (task) => task.phase === 'agent')));
    const [victim = '', other = ''] = ids;
    await eventually(async () =>
      (await system.client.events(victim)).some((event) => event['type'] === 'log'),
    );
    await cancelIn(victim, 'agent');
    expect(await system.client.wait(victim)).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    expect((await system.client.task(other)).status).toBe('running');
    expect((await system.client.diff(victim)).toString()).toContain('+partial');
    expect(await system.client.artifact(victim, 'agent.log')).toContain('noted');
    await cancel(other);
    await system.client.wait(other);
    await expectNothingLeft(system, ids);
  });

  it.each([
    ['setup', { setup: [HYDRA] }],
    ['verify', { verify: [HYDRA] }],
  ])('ends the %s phase', async (phase, more) => {
    const id = await submit(bashTask(url, 'echo two > a.txt', more));
    await cancelIn(id, phase);
    expect(await system.client.wait(id)).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    await expectNothingLeft(system, [id]);
  });

  it('counts when its worker is dead: the sweep ends the task', async () => {
    const id = await submit(bashTask(url, HYDRA));
    const task = await system.client.until(id, ({ phase }) => phase === 'agent');
    const workerId = task.attempts[0]?.workerId ?? '';
    const carrier = system.workers.find(({ output }) => output.includes(workerId));
    expect(carrier).toBeDefined();
    await carrier?.killHard();
    await cancel(id);
    const done = await system.client.wait(id);
    expect(done).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    expect(done.attempts).toHaveLength(1);
    await expectNothingLeft(system, [id]);
    await system.startWorker();
  });
});

describe('a timeout', () => {
  it('ends a stubborn tree and keeps patch and log', async () => {
    const id = await submit(bashTask(url, HYDRA, { limits: { timeoutSeconds: 8 } }));
    await eventually(async () => (await countRunning(id, 'agent')) > 0);
    await eventually(async () => (await countRunning(id, 'agent')) === 0);
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'timeout' });
    expect((await system.client.diff(id)).toString()).toContain('+partial');
    expect(await system.client.artifact(id, 'agent.log')).toContain('noted');
    await expectNothingLeft(system, [id]);
  });
});
