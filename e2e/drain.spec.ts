import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, TcpRelay } from '@drydock/testing';
import { expectNothingLeft } from './system/leftovers.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import type { AppProcess } from './system/app-process.ts';

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({ concurrency: 4, env: { DRYDOCK_DRAIN_SECONDS: '15' } });
  url = await publishScript(system, 'small', 'echo one > a.txt');
}, 120_000);

afterAll(async () => {
  await system.stop();
}, 60_000);

/** The number of the attempt is part of where its workspace comes from. */
const IN_FIRST_ATTEMPT = "grep -q 'task_[a-z0-9]*-1/' /proc/self/mountinfo";

const submit = async (script: string): Promise<string> =>
  (await system.client.submit(bashTask(url, `echo two > a.txt; ${script}`))).id;
const submitShort = (): Promise<string> => submit('sleep 4');
/** One that does not end before it is handed back; whoever takes it then has little to do. */
const submitLong = (): Promise<string> => submit(`if ${IN_FIRST_ATTEMPT}; then sleep 600; fi`);
const running = (id: string) => system.client.until(id, (task) => task.phase === 'agent');
const outcomesOf = async (id: string) =>
  (await system.client.wait(id, 90_000)).attempts.map(({ outcome }) => outcome);
const theOneAlive = (): AppProcess => system.workers.find((worker) => !worker.hasExited)!;
const secondsUntil = async (work: Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work;
  return (performance.now() - startedAt) / 1000;
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

  it('ends within five seconds of a second signal, and hands back all the same', async () => {
    const ids = [await submitLong(), await submitLong()];
    await Promise.all(ids.map(running));
    const draining = theOneAlive();
    await system.startWorker();
    draining.signal('SIGTERM');
    await eventually(async () => draining.output.includes('"msg":"draining"'), { timeoutMs: 30_000 });
    draining.signal('SIGTERM');
    // Not `stop`, which would be a third signal
    expect(await secondsUntil(draining.ended())).toBeLessThan(5);
    expect(await draining.stop()).toBe(0);
    for (const id of ids) expect(await outcomesOf(id)).toEqual(['handed_back', 'changed']);
    await expectNothingLeft(system, ids);
  }, 150_000);
});

describe('a drain while PostgreSQL is cut off', () => {
  it('is bounded too, and the task goes on elsewhere', async () => {
    const relay = await TcpRelay.toUrl(system.databaseUrl);
    const cut = await system.startWorker({ DATABASE_URL: relay.through(system.databaseUrl) });
    const before = system.workers.filter((worker) => worker !== cut && !worker.hasExited);
    await Promise.all(before.map((worker) => worker.stop()));
    const id = await submitLong();
    await running(id);
    relay.pause();
    cut.signal('SIGTERM');
    await eventually(async () => cut.output.includes('"msg":"draining"'), { timeoutMs: 30_000 });
    cut.signal('SIGTERM');
    expect(await secondsUntil(cut.stop(60_000).then((code) => expect(code).toBe(0)))).toBeLessThan(5);
    await system.startWorker();
    expect(await outcomesOf(id)).toEqual(['lost', 'changed']);
    await expectNothingLeft(system, [id]);
    await relay.close();
  }, 150_000);
});
