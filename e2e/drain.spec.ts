import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, TcpRelay } from '@drydock/testing';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import type { AppProcess } from './system/app-process.ts';

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ concurrency: 4, env: { DRYDOCK_DRAIN_SECONDS: '25' } });
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

/** The number of the attempt is part of where its workspace comes from. */
const IN_FIRST_ATTEMPT = "grep -q 'task_[a-z0-9]*-1/' /proc/self/mountinfo";

const submit = async (script: string): Promise<string> =>
  (await system.client.submit(bashTask(url, `echo two > a.txt; ${script}`))).id;
const submitShort = (): Promise<string> => submit('sleep 4');
/** One that does not end before it is handed back; whoever takes it then has little to do. */
const submitLong = (): Promise<string> => submit(`if ${IN_FIRST_ATTEMPT}; then sleep 600; fi`);
const running = (id: string) => system.client.until(id, (task) => task.phase === 'agent');
const outcomesOf = async (id: string) =>
  (await system.client.wait(id)).attempts.map(({ outcome }) => outcome);
const theOneAlive = (): AppProcess => system.workers.find((worker) => !worker.hasExited)!;
/** Of a worker that waits for its tasks far longer than any of these tests: it ends only because it is hurried. */
const PATIENT = { DRYDOCK_DRAIN_SECONDS: '3000' };
/** Drains the only one there is, and has another in its place. */
const replace = async (): Promise<AppProcess> => {
  const former = system.workers.filter((worker) => !worker.hasExited);
  await Promise.all(former.map((worker) => worker.stop()));
  return system.startWorker(PATIENT);
};

describe('a drain', () => {
  it('lets short tasks end and hands long ones back, none of which loses an attempt', async () => {
    const [short, long] = [
      [await submitShort(), await submitShort()],
      [await submitLong(), await submitLong()],
    ];
    await Promise.all([...short, ...long].map(running));
    const draining = theOneAlive();
    await system.startWorker();
    draining.signal('SIGTERM');
    const late = await submit('true');
    await draining.ended(); // a second signal would hurry it
    expect(await draining.stop()).toBe(0);
    for (const id of [...short, late]) expect(await outcomesOf(id)).toEqual(['changed']);
    for (const id of long) expect(await outcomesOf(id)).toEqual(['handed_back', 'changed']);
    await expectNothingLeft(system, [...short, ...long, late]);
  }, 150_000);

  it('ends at a second signal, and hands back all the same', async () => {
    const draining = await replace();
    const ids = [await submitLong(), await submitLong()];
    await Promise.all(ids.map(running));
    await system.startWorker();
    draining.signal('SIGTERM');
    await eventually(async () => draining.output.includes('"msg":"draining"'));
    draining.signal('SIGTERM');
    // Not `stop`, which would be a third signal
    await draining.ended();
    expect(await draining.stop()).toBe(0);
    for (const id of ids) expect(await outcomesOf(id)).toEqual(['handed_back', 'changed']);
    await expectNothingLeft(system, ids);
  }, 150_000);
});

describe('a drain while PostgreSQL is cut off', () => {
  it('is bounded too, and the task goes on elsewhere', async () => {
    const relay = await TcpRelay.toUrl(system.databaseUrl);
    const cut = await system.startWorker({ ...PATIENT, DATABASE_URL: relay.through(system.databaseUrl) });
    const before = system.workers.filter((worker) => worker !== cut && !worker.hasExited);
    await Promise.all(before.map((worker) => worker.stop()));
    const id = await submitLong();
    await running(id);
    relay.pause();
    cut.signal('SIGTERM');
    await eventually(async () => cut.output.includes('"msg":"draining"'));
    cut.signal('SIGTERM');
    await cut.ended();
    expect(await cut.stop()).toBe(0);
    await system.startWorker();
    expect(await outcomesOf(id)).toEqual(['lost', 'changed']);
    await expectNothingLeft(system, [id]);
    await relay.close();
  }, 150_000);
});
