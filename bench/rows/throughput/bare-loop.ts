import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@drydock/testing';
import type { ContainerCreateOptions } from 'dockerode';
import type { System } from '../../../e2e/system/start-system.ts';
import { docker } from '../bare-docker.ts';

/** Of a real sandbox, but for what makes it one of ours: names, labels and the directories of its attempt. */
export type BareSpec = (directories: string) => Promise<ContainerCreateOptions>;

/** Reads how the sandbox of a running task was made, so that the bare one is made alike but runs `true`. */
export const bareSpecOf = async (system: System, taskId: string): Promise<BareSpec> => {
  const label = [`drydock.task=${taskId}`, 'drydock.phase=agent'];
  const found = await eventually(async () => (await docker.listContainers({ filters: { label } }))[0]);
  const { Config, HostConfig } = await docker.getContainer(found.Id).inspect();
  const isOfAttempt = (source: string): boolean =>
    source.startsWith(join(system.dataDirectory, 'workspaces'));
  return async (directories) => {
    const mounts = (HostConfig.Mounts ?? []).map((mount, i) =>
      isOfAttempt(mount.Source) ? { ...mount, Source: join(directories, String(i)) } : mount,
    );
    await Promise.all(mounts.map(({ Source }) => mkdir(Source, { recursive: true })));
    return {
      Image: Config.Image,
      Entrypoint: ['true'],
      Env: Config.Env,
      User: Config.User,
      WorkingDir: Config.WorkingDir,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: { ...HostConfig, Mounts: mounts },
    };
  };
};

const runOnce = async (spec: ContainerCreateOptions): Promise<void> => {
  const container = await docker.createContainer(spec);
  try {
    await container.start();
    // Not `next-exit` before the start: the engine takes that up when the start is over, and `true` may have ended by then
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`the bare container ended with ${String(StatusCode)}`);
  } finally {
    await container.remove({ force: true });
  }
};

/** Creates, starts, awaits and removes containers in so many loops at once. @returns containers per second. */
export const bareRate = async (bareSpec: BareSpec, loops: number, seconds: number): Promise<number> => {
  const directories = await mkdtemp(join(tmpdir(), 'drydock-bare-'));
  try {
    let runs = 0;
    const begin = performance.now();
    const loop = async (lane: number): Promise<void> => {
      const spec = await bareSpec(join(directories, String(lane)));
      while (performance.now() - begin < seconds * 1000) {
        await runOnce(spec);
        runs++;
      }
    };
    await Promise.all(Array.from({ length: loops }, (_, lane) => loop(lane)));
    return (runs * 1000) / (performance.now() - begin);
  } finally {
    await rm(directories, { recursive: true });
  }
};
