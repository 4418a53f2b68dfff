import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anySignal, tell } from '@drydock/engine/testing';
import type { PhasePlan } from '@drydock/engine';
import { OwnEngine } from '../testing/own-engine.ts';
import { SandboxBench, SHELL } from '../testing/sandbox-bench.ts';
import { DockerSandboxes } from './docker-sandboxes.ts';

const IMAGE = 'drydock/base:1';
const LOST = expect.objectContaining({ code: 'sandbox_failed' }) as unknown;

/** A second engine, never the machine's own, dies in every way under a running sandbox. */
describe('An engine that dies', () => {
  let engine: OwnEngine;
  let bench: SandboxBench;
  let sandboxes: DockerSandboxes;
  beforeAll(async () => {
    [engine, bench] = await Promise.all([OwnEngine.open(IMAGE), SandboxBench.open(SHELL)]);
    sandboxes = new DockerSandboxes({ host: bench.host, socketPath: engine.socketPath });
  });
  afterAll(async () => {
    await bench.close();
    await engine.close();
  });

  const aPlan = (): Promise<PhasePlan> => bench.aPlan({ image: IMAGE });
  const run = async (plan: PhasePlan) => {
    const running = await (await sandboxes.create(plan, anySignal())).start(anySignal());
    tell(running, 'echo up; trap "" TERM; sleep 60');
    for await (const part of running.output) if (part.length > 0) break;
    return running;
  };
  const countLeft = async (): Promise<number> => (await engine.docker.listContainers({ all: true })).length;

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'by %s ends the run as our fault, leaves nothing, and the next run is well',
    async (signal) => {
      const plan = await aPlan();
      const end = (await run(plan)).wait().catch((error: unknown) => error);
      await engine.signal(signal);
      await engine.start();
      expect(await end).toEqual(LOST);
      await sandboxes.destroy(plan.key, plan.phase, anySignal());
      expect(await countLeft()).toBe(0);
      const next = await aPlan();
      const running = await (await sandboxes.create(next, anySignal())).start(anySignal());
      tell(running, 'exit 7');
      expect(await running.wait()).toEqual({ exitCode: 7, oomKilled: false });
      await sandboxes.destroy(next.key, next.phase, anySignal());
    },
  );

  it('is waited for by every call that may be asked twice', async () => {
    const [plan, other] = [await aPlan(), await aPlan()];
    const created = await sandboxes.create(plan, anySignal());
    await engine.signal('SIGKILL');
    const calls = [
      created.start(anySignal()),
      sandboxes.create(other, anySignal()),
      sandboxes.destroy(other.key, 'setup', anySignal()),
      sandboxes.imageDigest(IMAGE),
    ] as const;
    await delay(500);
    await engine.start();
    const [running] = await Promise.all(calls);
    tell(running, 'exit 3');
    expect(await running.wait()).toMatchObject({ exitCode: 3 });
    for (const { key, phase } of [plan, other]) await sandboxes.destroy(key, phase, anySignal());
    expect(await countLeft()).toBe(0);
  });

  it('is not waited for when the attempt is told to stop', async () => {
    const plan = await aPlan();
    await engine.signal('SIGKILL');
    const stop = new AbortController();
    const creating = sandboxes.create(plan, stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(creating).rejects.toThrow('cancelled');
    await engine.start();
    await sandboxes.destroy(plan.key, plan.phase, anySignal());
    expect(await countLeft()).toBe(0);
  });

  it('is given up when it neither ends nor answers: a run that was killed does not last for ever', async () => {
    const hasty = new DockerSandboxes({
      host: bench.host,
      socketPath: engine.socketPath,
      patienceMs: 500,
    });
    const plan = await aPlan();
    const running = await (await hasty.create(plan, anySignal())).start(anySignal());
    tell(running, 'sleep 60');
    engine.freeze();
    const kill = running.kill().catch(() => undefined);
    await expect(running.wait()).rejects.toMatchObject({ code: 'engine_unreachable' });
    for await (const part of running.output) expect(part).toBeDefined(); // and its output ends
    engine.thaw();
    await kill;
    await sandboxes.destroy(plan.key, plan.phase, anySignal());
    expect(await countLeft()).toBe(0);
  });
});
