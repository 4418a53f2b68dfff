import { randomBytes } from 'node:crypto';
import { eventually } from '@drydock/testing';
import type Docker from 'dockerode';
import { findFreePort } from '../../tools/setup/ports.mjs';
import { waitUntilReady } from '../../tools/setup/service-ready.mjs';
import { SERVICES } from '../../tools/setup/service-specs.mjs';

/** What every container of the suite carries. Those of a run that was killed are removed by the next one. */
export const SUITE_LABEL = 'drydock.chaos';
const READY_MS = 60_000;

const MORE_ARGUMENTS = {
  redis: [],
  // A killed process loses nothing by it; only a power failure would.
  postgres: ['-c', 'fsync=off'],
} as const;

/** A Redis or PostgreSQL of the suite's own on a port that it keeps. It comes back by itself with the engine. */
export class ServiceContainer {
  readonly url: string;
  readonly #container: Docker.Container;
  readonly #service: 'redis' | 'postgres';

  private constructor(container: Docker.Container, service: 'redis' | 'postgres', url: string) {
    this.#container = container;
    this.#service = service;
    this.url = url;
  }

  static async start(engine: Docker, service: 'redis' | 'postgres', run: string): Promise<ServiceContainer> {
    const { port, passwordVariable, url } = SERVICES[service];
    const [hostPort, password] = [await findFreePort(), randomBytes(12).toString('hex')];
    const name = `drydock-chaos-${run}-${service}`;
    const container = await engine.createContainer({
      name,
      Image: `drydock/${service}:1`,
      Cmd: [...MORE_ARGUMENTS[service]],
      Env: [`${passwordVariable}=${password}`],
      Labels: { [SUITE_LABEL]: run },
      ExposedPorts: { [`${String(port)}/tcp`]: {} },
      HostConfig: {
        Init: true,
        RestartPolicy: { Name: 'always' },
        ShmSize: 256 * 1024 ** 2,
        PortBindings: { [`${String(port)}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] },
      },
    });
    const started = new ServiceContainer(container, service, url(hostPort, password));
    await started.start();
    return started;
  }

  /** Starts it, also when it runs already. */
  async start(): Promise<void> {
    await eventually(
      async () => {
        await this.#container.start().catch(ignoreDone);
        await waitUntilReady(this.#service, this.url);
        return true;
      },
      { timeoutMs: READY_MS },
    );
  }

  async kill(): Promise<void> {
    await this.#container.kill().catch(ignoreDone);
  }

  async pause(): Promise<void> {
    await this.#container.pause().catch(ignoreDone);
  }

  async resume(): Promise<void> {
    await this.#container.unpause().catch(ignoreDone);
  }

  async remove(): Promise<void> {
    await this.#container.remove({ force: true, v: true }).catch(ignoreDone);
  }
}

/** The engine says it by 500 and these words when two faults have paused one container, or it was restarted meanwhile. */
const IS_AS_WANTED = /is not paused|is already paused|is not running/;

/** It is as wanted already, or it is not there any more. */
const ignoreDone = (error: unknown): void => {
  if (!(error instanceof Error)) throw error;
  const status: unknown = Reflect.get(error, 'statusCode');
  if (status !== 304 && status !== 404 && status !== 409 && !IS_AS_WANTED.test(error.message)) throw error;
};

/** Removes containers of runs that were killed: none lives longer than this. */
export const removeOldRuns = async (engine: Docker, olderThanMs: number): Promise<void> => {
  const found = await engine.listContainers({ all: true, filters: { label: [SUITE_LABEL] } });
  for (const { Id, Created } of found)
    if (Date.now() - Created * 1000 > olderThanMs)
      await engine.getContainer(Id).remove({ force: true, v: true }).catch(ignoreDone);
};
