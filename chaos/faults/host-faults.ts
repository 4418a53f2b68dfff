import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, ROOT } from '@drydock/testing';
import { ensureEngine } from '../../tools/setup/engine.mjs';
import { isAlive } from '../../tools/setup/process-identity.mjs';
import { instanceIdOf } from '../world/teams.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';

const DOCKER_PID = '/var/run/docker.pid';

/** Resolves when the engine has ended: one that still shuts down answers, and nobody would start another. */
const endEngine = async (signal: NodeJS.Signals): Promise<void> => {
  const pid = Number(readFileSync(DOCKER_PID, 'utf8'));
  process.kill(pid, signal);
  await eventually(() => Promise.resolve(!isAlive(pid)), { timeoutMs: 60_000 });
};

/** One running sandbox of the installation, chosen by `pick`; null when there is none, or when another fault hides it. */
const someSandbox = async ({ places }: World, pick: number) => {
  try {
    const instanceId = await instanceIdOf(places.postgres.url);
    const found = await places.engine.listContainers({
      filters: { label: [`drydock.instance=${instanceId}`], status: ['running'] },
    });
    return found[Math.floor(pick * found.length)] ?? null;
  } catch {
    return null;
  }
};

/** Sandboxes die; what their workers are is not touched. */
export const SANDBOX_FAULTS: readonly Fault[] = [
  {
    kind: 'sandbox killed',
    weight: 3,
    seconds: [0, 0],
    mayEnd: ['infrastructure'],
    strike: async (world, { pick }) => {
      const sandbox = await someSandbox(world, pick);
      if (sandbox === null) return null;
      await world.places.engine
        .getContainer(sandbox.Id)
        .kill()
        .catch(() => undefined);
      return {
        target: sandbox.Labels['drydock.worker'] ?? 'all',
        detail: sandbox.Labels['drydock.phase'] ?? '',
      };
    },
  },
  {
    kind: 'sandbox removed',
    weight: 1,
    seconds: [0, 0],
    mayEnd: ['infrastructure'],
    strike: async (world, { pick }) => {
      const sandbox = await someSandbox(world, pick);
      if (sandbox === null) return null;
      await world.places.engine
        .getContainer(sandbox.Id)
        .remove({ force: true })
        .catch(() => undefined);
      return {
        target: sandbox.Labels['drydock.worker'] ?? 'all',
        detail: sandbox.Labels['drydock.phase'] ?? '',
      };
    },
  },
];

/** Faults of the machine itself. */
export const HOST_FAULTS: readonly Fault[] = [
  {
    kind: 'Docker restarted',
    weight: 1,
    seconds: [0, 5],
    mayEnd: ['infrastructure'],
    hidesDatabase: true,
    harmsHost: true,
    strike: async (world, { pick, seconds }) => {
      await endEngine(pick < 0.5 ? 'SIGKILL' : 'SIGTERM');
      await delay(seconds * 1_000);
      await ensureEngine(join(ROOT, '.data', 'dockerd.log'));
      await Promise.all([world.places.redis.start(), world.places.postgres.start()]);
      return { target: 'all', detail: pick < 0.5 ? 'SIGKILL' : 'SIGTERM' };
    },
  },
  {
    kind: 'workspace disk full',
    weight: 1,
    seconds: [3, 10],
    // The agent's own commands may be the first to notice.
    mayEnd: ['infrastructure', 'disk_exceeded'],
    harmsHost: true,
    strike: async ({ places: { volume } }, { seconds }) => {
      if (volume === null) return null;
      await volume.fill();
      await delay(seconds * 1_000);
      await volume.empty();
      return { target: 'all' };
    },
  },
];
