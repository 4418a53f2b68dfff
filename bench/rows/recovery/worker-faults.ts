import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_MS } from '@drydock/engine';
import type { AppProcess } from '../../../e2e/system/app-process.ts';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { bashTask, publishScript } from '../../../e2e/system/tasks.ts';
import { ratio, spread, type BenchRow } from '../../bench-row.ts';
import { median } from '../../statistics.ts';
import { watchContainers, type ContainerWatch } from '../watch-containers.ts';
import { cancelAll, claimedAt, lateWrites, startEndless } from './attempts.ts';

type Fault = 'SIGKILL' | 'SIGSTOP';

/** An odd share of the heartbeat's 2 s, so that the faults fall on all of its phases. */
const BETWEEN_FAULTS_MS = 1_300;
const WHAT: Record<Fault, string> = {
  SIGKILL: 'SIGKILL of a worker',
  SIGSTOP: 'SIGSTOP of a worker, SIGCONT once its task runs elsewhere',
};
/** Speaks all the time: a worker that wakes up after its lease has something to write. */
const CHATTER = 'while true; do echo tick; sleep 0.5; done';

interface Recovery {
  readonly claimedMs: number;
  readonly startedMs: number;
  readonly lateWrites: number;
}
interface Scene {
  readonly system: System;
  readonly containers: ContainerWatch;
  readonly url: string;
}

/** Strikes one worker, whose one task another takes over. */
const strike = async (scene: Scene, victim: AppProcess, fault: Fault, id: string): Promise<Recovery> => {
  const { system, containers } = scene;
  const at = Date.now();
  victim.signal(fault);
  const claimedMs = (await claimedAt(system, id, 2)) - at;
  const startedMs = (await containers.waitFor(id, 'start', 2)).atMs - at;
  if (fault === 'SIGSTOP') victim.signal('SIGCONT');
  await containers.waitFor(id, 'destroy', 1);
  // A moment for whatever a worker that came back might still write
  await delay(3_000);
  return { claimedMs, startedMs, lateWrites: await lateWrites(system, id) };
};

/** Workers with one task each are struck one after the other; one with room for all tasks takes over. */
const round = async (scene: Scene, fault: Fault, victims: number): Promise<Recovery[]> => {
  const { system, url } = scene;
  const names = Array.from({ length: victims }, (_, i) => `victim-${String(system.workers.length + i)}`);
  const processes = await Promise.all(
    names.map((name) => system.startWorker({ DRYDOCK_WORKER_ID: name, DRYDOCK_WORKER_CONCURRENCY: '1' })),
  );
  const ids = await startEndless(system, bashTask(url, CHATTER), victims);
  const hosts = await Promise.all(
    ids.map(async (id) => (await system.client.task(id)).attempts[0]?.workerId),
  );
  await system.startWorker({ DRYDOCK_WORKER_CONCURRENCY: String(victims) });
  const recoveries = await Promise.all(
    processes.map(async (victim, i) => {
      const id = ids[hosts.indexOf(names[i])];
      if (id === undefined) throw new Error(`${String(names[i])} has no task`);
      await delay(i * BETWEEN_FAULTS_MS);
      return strike(scene, victim, fault, id);
    }),
  );
  await cancelAll(system, ids);
  await Promise.all(system.workers.map((worker) => worker.stop()));
  return recoveries;
};

/** From a worker's end, or from when it froze, until its task runs again on another one. */
export const workerFaultRow = async (
  fault: Fault,
  { rounds, victims }: { rounds: number; victims: number },
): Promise<BenchRow> => {
  const system = await startSystem({ workers: 0 });
  const containers = await watchContainers();
  try {
    const url = await publishScript(system, 'small', 'echo one > a.txt');
    const all: Recovery[] = [];
    for (let i = 0; i < rounds; i++) all.push(...(await round({ system, containers, url }, fault, victims)));
    const claimed = all.map(({ claimedMs }) => claimedMs);
    const started = all.map(({ startedMs }) => startedMs);
    const late = all.reduce((sum, each) => sum + each.lateWrites, 0);
    return {
      what: `${WHAT[fault]} → its task runs again on another`,
      measured: `claimed: ${spread(claimed)}; container started: ${spread(started)}; late writes: ${String(late)}`,
      bare: `the lease, ${String(LEASE_MS / 1000)} s: ${ratio(median(started), LEASE_MS)}`,
      aim: '< 12 s, never over 20 s; late writes 0',
      isMet: median(started) < 12_000 && Math.max(...started) <= 20_000 && late === 0,
    };
  } finally {
    containers.close();
    await system.stop();
  }
};
