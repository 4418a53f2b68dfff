import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { bashTask, publishScript } from '../../../e2e/system/tasks.ts';
import { ratio, seconds, spread, type BenchRow } from '../../bench-row.ts';
import { median } from '../../statistics.ts';
import { watchContainers, type ContainerWatch } from '../watch-containers.ts';
import { cancelAll, outcomesOf, startEndless } from './attempts.ts';

const TASKS = 4;
const GRACE_SECONDS = 5;
const ENDLESS = 'while true; do echo tick; sleep 0.5; done';

interface Drain {
  readonly exitMs: number;
  readonly againMs: number[];
  readonly handedBack: number;
}

/** The one worker gets tasks and a successor, and then SIGTERM. */
const drainOnce = async (system: System, containers: ContainerWatch, url: string): Promise<Drain> => {
  const leaving = system.workers.at(-1);
  if (leaving === undefined) throw new Error('no worker');
  const ids = await startEndless(system, bashTask(url, ENDLESS), TASKS);
  await system.startWorker();
  const at = Date.now();
  leaving.signal('SIGTERM');
  const exited = leaving.ended().then(() => Date.now() - at);
  const starts = await Promise.all(ids.map((id) => containers.waitFor(id, 'start', 2)));
  const exitMs = await exited;
  const outcomes = await outcomesOf(system, ids);
  await cancelAll(system, ids);
  return {
    exitMs,
    againMs: starts.map(({ atMs }) => atMs - at),
    handedBack: outcomes.filter((outcome) => outcome === 'handed_back').length,
  };
};

/** A worker with four running tasks, longer than the grace, is asked to end. */
export const drainRow = async (drains: number): Promise<BenchRow> => {
  const system = await startSystem({
    concurrency: TASKS,
    env: { DRYDOCK_DRAIN_SECONDS: String(GRACE_SECONDS) },
  });
  const containers = await watchContainers();
  try {
    const url = await publishScript(system, 'small', 'echo one > a.txt');
    const all: Drain[] = [];
    for (let i = 0; i < drains; i++) all.push(await drainOnce(system, containers, url));
    const again = all.flatMap(({ againMs }) => againMs);
    const exits = all.map(({ exitMs }) => exitMs);
    const lost = drains * TASKS - all.reduce((sum, { handedBack }) => sum + handedBack, 0);
    const grace = GRACE_SECONDS * 1000;
    return {
      what: `drain of a worker with ${String(TASKS)} tasks that outlast its grace of ${String(GRACE_SECONDS)} s`,
      measured: `SIGTERM → exit: ${spread(exits)}; → running elsewhere: ${spread(again)}; attempts lost: ${String(lost)}`,
      bare: `the grace: exit ${ratio(median(exits), grace)}, running again ${seconds(median(again) - grace)} after it`,
      aim: 'attempts lost 0',
      isMet: lost === 0,
    };
  } finally {
    containers.close();
    await system.stop();
  }
};
