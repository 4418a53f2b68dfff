import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Docker from 'dockerode';
import { eventually } from '@drydock/testing';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

const docker = new Docker();
let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem();
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

const containerOf = async (id: string, phase: string): Promise<Docker.Container> =>
  eventually(async () => {
    const label = [`drydock.task=${id}`, `drydock.phase=${phase}`];
    const [found] = await docker.listContainers({ filters: { label } });
    if (!found) throw new Error(`no container of ${phase} runs`);
    return docker.getContainer(found.Id);
  });

/** Waits in the first attempt only, for whoever ends it: the second one is quick. */
const ONCE = 'if [ "$(grep -c \'"attempt": 1\' /in/task.json)" = 1 ]; then sleep 600; fi';

describe('a container that somebody else ends', () => {
  it.each([
    ['setup', 'killed', { setup: [ONCE] }, (container: Docker.Container) => container.kill()],
    ['agent', 'killed', {}, (container: Docker.Container) => container.kill()],
    ['agent', 'removed', {}, (container: Docker.Container) => container.remove({ force: true })],
    ['agent', 'stopped', {}, (container: Docker.Container) => container.stop({ t: 3 })],
    ['verify', 'killed', { verify: [ONCE] }, (container: Docker.Container) => container.kill()],
  ])('in %s, %s, is a fault of ours, which is tried again', async (phase, _how, more, end) => {
    const script = phase === 'agent' ? `echo two > a.txt; ${ONCE}` : 'echo two > a.txt';
    const { id } = await system.client.submit(bashTask(url, script, more));
    await end(await containerOf(id, phase));
    const done = await system.client.wait(id);
    expect(done.attempts.map(({ outcome }) => outcome)).toEqual(['infrastructure', 'changed']);
    await expectNothingLeft(system, [id]);
  });
});
