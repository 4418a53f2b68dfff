import { setTimeout as delay } from 'node:timers/promises';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { query } from '../../../e2e/system/teams.ts';
import { commandTask, publishSample } from '../sample-repository.ts';
import { bareSpecOf, type BareSpec } from './bare-loop.ts';
import { CpuSampler, type CpuProfile } from './cpu-profile.ts';

/** Far more than this machine ends in the time; what is left over goes with the system. */
const TASKS_PER_SECOND = 8;
const WARM_UP = 10;

export interface Fleet {
  readonly workers: number;
  readonly slots: number;
}
export interface TaskRate extends Fleet {
  readonly perSecond: number;
  readonly ended: number;
  readonly profile: CpuProfile;
}

const countEnded = async (system: System): Promise<number> => {
  const [row] = await query(system, `SELECT count(*) AS n FROM "Task" WHERE status = 'succeeded'`);
  return Number(row?.['n']);
};

const submitMany = async (system: System, task: Record<string, unknown>, count: number): Promise<void> => {
  for (let sent = 0; sent < count; sent += 20)
    await Promise.all(Array.from({ length: Math.min(20, count - sent) }, () => system.client.submit(task)));
};

/** No-op tasks that such a fleet ends in a second while there are always more of them. */
export const taskRate = async (fleet: Fleet, seconds: number): Promise<TaskRate> => {
  const system = await startSystem({ workers: 0, concurrency: fleet.slots });
  try {
    const task = commandTask(await publishSample(system, 'small', 100), 'true');
    const submitted = TASKS_PER_SECOND * seconds;
    await submitMany(system, task, submitted);
    await Promise.all(Array.from({ length: fleet.workers }, () => system.startWorker()));
    while ((await countEnded(system)) < WARM_UP) await delay(100);
    const sampler = new CpuSampler(
      new Map([
        [process.pid, 'this measurement'],
        [system.api.pid, 'api'],
        ...system.workers.map(({ pid }) => [pid, 'workers'] as const),
      ]),
    );
    const [before, begin] = [await countEnded(system), performance.now()];
    await delay(seconds * 1000);
    const [after, took] = [await countEnded(system), performance.now() - begin];
    const profile = sampler.stop();
    if (after === submitted) throw new Error('the queue ran dry');
    return { ...fleet, perSecond: ((after - before) * 1000) / took, ended: after - before, profile };
  } finally {
    await system.stop();
  }
};

/** What a sandbox of this installation is made like. */
export const sandboxSpec = async (): Promise<BareSpec> => {
  const system = await startSystem();
  try {
    const url = await publishSample(system, 'small', 100);
    const { id } = await system.client.submit(commandTask(url, 'sleep', '60'));
    await system.client.until(id, (view) => view.phase === 'agent');
    const spec = await bareSpecOf(system, id);
    await system.client.post(`/v1/tasks/${id}/cancel`, {});
    await system.client.wait(id);
    return spec;
  } finally {
    await system.stop();
  }
};
