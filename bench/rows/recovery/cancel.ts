import { setTimeout as delay } from 'node:timers/promises';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { bashTask, publishScript } from '../../../e2e/system/tasks.ts';
import { ms, ratio, seconds, spread, type BenchRow } from '../../bench-row.ts';
import { median } from '../../statistics.ts';
import { docker } from '../bare-docker.ts';
import { watchContainers, type ContainerWatch } from '../watch-containers.ts';
import { startEndless } from './attempts.ts';

const AT_ONCE = 5;
const POLITE = `trap 'echo "signal $EPOCHREALTIME"; exit 0' TERM; echo ready; while true; do sleep 0.05; done`;
const DEAF = `trap '' TERM; echo ready; while true; do sleep 0.5; done`;

/** Milliseconds since 1970 at which the agent says that it was told to end. */
const signalledAt = async (system: System, id: string): Promise<number> => {
  const events = await system.client.events(id);
  const log = events.flatMap((event) => (event['type'] === 'log' ? [String(event['text'])] : [])).join('');
  return Number(/signal (\d+\.\d+)/.exec(log)?.[1]) * 1000;
};

interface Cancelled {
  readonly signalMs: number;
  readonly goneMs: number;
}

const cancel = async (system: System, containers: ContainerWatch, id: string): Promise<Cancelled> => {
  const at = Date.now();
  await system.client.post(`/v1/tasks/${id}/cancel`, {});
  const goneMs = (await containers.waitFor(id, 'destroy', 1)).atMs - at;
  await system.client.wait(id);
  return { signalMs: (await signalledAt(system, id)) - at, goneMs };
};

/** What `docker kill` with `docker rm` of a container costs, ms. */
const bareRemoval = async (): Promise<number> => {
  const container = await docker.createContainer({
    Image: 'drydock/toolbox:1',
    Cmd: ['sleep', '600'],
    HostConfig: { NetworkMode: 'none', Init: true },
  });
  await container.start();
  const begin = performance.now();
  await container.remove({ force: true });
  return performance.now() - begin;
};

const measure = async (count: number) => {
  const system = await startSystem({ concurrency: AT_ONCE });
  const containers = await watchContainers();
  try {
    const url = await publishScript(system, 'small', 'echo one > a.txt');
    const [polite, deaf, bare]: [Cancelled[], Cancelled[], number[]] = [[], [], []];
    for (let left = count; left > 0; left -= AT_ONCE) {
      const now = Math.min(left, AT_ONCE);
      // One after the other: each of them is measured alone
      for (const id of await startEndless(system, bashTask(url, POLITE), now)) {
        polite.push(await cancel(system, containers, id));
        bare.push(await bareRemoval());
      }
      // Side by side, as each only waits for its grace to pass
      const ids = await startEndless(system, bashTask(url, DEAF), now);
      const cancelled = ids.map(async (id, i) => {
        await delay(i * 500);
        return cancel(system, containers, id);
      });
      deaf.push(...(await Promise.all(cancelled)));
    }
    return { polite, deaf, bare };
  } finally {
    containers.close();
    await system.stop();
  }
};

/** From the request to cancel until the agent was told, and until its container is gone. */
export const cancelRows = async (count: number): Promise<BenchRow[]> => {
  const { polite, deaf, bare } = await measure(count);
  const signals = polite.map(({ signalMs }) => signalMs);
  const gone = polite.map(({ goneMs }) => goneMs);
  const goneDeaf = deaf.map(({ goneMs }) => goneMs);
  const bareText = `docker rm -f: ${ms(median(bare))}`;
  return [
    {
      what: 'cancel → SIGTERM seen by the agent',
      measured: spread(signals),
      bare: `${bareText}; ${ratio(median(signals), median(bare))}`,
      aim: '< 2 s',
      isMet: Math.max(...signals) < 2_000,
    },
    {
      what: 'cancel → container gone, with an agent that obeys · that ignores SIGTERM',
      measured: `${spread(gone)} · ${spread(goneDeaf)}`,
      bare: `${bareText}; ${ratio(median(gone), median(bare))} · ${seconds(median(goneDeaf) - median(gone))} later`,
      aim: '< 15 s',
      isMet: Math.max(...gone, ...goneDeaf) < 15_000,
    },
  ];
};
