import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ workers: 0, concurrency: 1 });
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(() => system.stop());

describe('a task that costs its worker the life each time', () => {
  it('is put aside after three of them with the evidence, and holds up nobody else', async () => {
    const { id } = await system.client.submit(bashTask(url, 'sleep 120'));
    const dead: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      const worker = await system.startWorker({ DRYDOCK_WORKER_ID: name });
      await system.client.until(
        id,
        (task) => task.phase === 'agent' && task.attempts.length === dead.length + 1,
      );
      await worker.killHard();
      dead.push(name);
    }
    const innocent = await system.client.submit(bashTask(url, 'echo two > a.txt'));
    await system.startWorker({ DRYDOCK_WORKER_ID: 'survivor' });
    const done = await system.client.wait(id);
    expect(done).toMatchObject({
      status: 'failed',
      outcome: 'infrastructure',
      error: { code: 'attempts_lost' },
      attempts: dead.map((workerId) => ({ workerId, outcome: 'lost' })),
    });
    const ends = (await system.client.events(id)).filter(
      ({ type }) => type === 'task.released' || type === 'task.finished',
    );
    expect(ends).toMatchObject(dead.map((workerId) => ({ lost: { workerId, phase: 'agent' } })));
    expect((await system.client.wait(innocent.id)).attempts).toMatchObject([
      { workerId: 'survivor', outcome: 'changed' },
    ]);
    await expectNothingLeft(system, [id, innocent.id]);
  }, 180_000);
});
