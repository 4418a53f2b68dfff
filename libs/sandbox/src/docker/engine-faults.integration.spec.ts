import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anySignal, tell } from '@drydock/engine/testing';
import type Docker from 'dockerode';
import { SandboxBench, SHELL } from '../testing/sandbox-bench.ts';
import { DockerSandboxes } from './docker-sandboxes.ts';
import { checkEngine } from './engine-check.ts';
import { sandboxName } from '../compile/sandbox-identity.ts';

describe('Faults of the engine', () => {
  let bench: SandboxBench;
  let directory: string;
  beforeAll(async () => {
    bench = await SandboxBench.open(SHELL);
    directory = await mkdtemp(join(tmpdir(), 'dd-ef-'));
  });
  afterAll(async () => {
    await bench.close();
    await rm(directory, { recursive: true });
  });

  it('are `engine_unreachable` in every call when nobody listens', async () => {
    const socketPath = join(directory, 'absent.sock');
    const sandboxes = new DockerSandboxes({ host: bench.host, socketPath, patienceMs: 300 });
    const plan = await bench.aPlan();
    const unreachable = expect.objectContaining({ code: 'engine_unreachable' }) as unknown;
    await expect(sandboxes.ping()).rejects.toEqual(unreachable);
    await expect(sandboxes.create(plan, anySignal())).rejects.toEqual(unreachable);
    await expect(sandboxes.destroy(plan.key, plan.phase, anySignal())).rejects.toEqual(unreachable);
    await expect(sandboxes.reap((all) => Promise.resolve(all))).rejects.toEqual(unreachable);
    await expect(sandboxes.imageDigest('a:1')).rejects.toEqual(unreachable);
    await expect(checkEngine('runc', join(directory, 'absent.sock'))).rejects.toEqual(unreachable);
  });

  it('are `sandbox_failed` when the engine is there and fails', async () => {
    const path = join(directory, 'odd.sock');
    const server = createServer((_request, response) =>
      response.writeHead(500).end('{"message":"no space"}'),
    );
    await once(server.listen(path), 'listening');
    const sandboxes = new DockerSandboxes({ host: bench.host, socketPath: path });
    await expect(sandboxes.create(await bench.aPlan(), anySignal())).rejects.toMatchObject({
      code: 'sandbox_failed',
      detail: expect.stringContaining('no space') as unknown,
    });
    server.close();
  });

  it('name the image when the process cannot start in it', async () => {
    const odd = await SandboxBench.open(['/opt/drydock/absent']);
    const running = await odd.start(await odd.aPlan());
    await expect(running.wait()).rejects.toMatchObject({ code: 'image_unusable' });
    await odd.close();
  });

  it('blame us, not the image, when a directory of ours is missing', async () => {
    const plan = await bench.aPlan();
    await bench.workspaces.close(plan.key);
    await expect(bench.sandboxes.create(plan, anySignal())).rejects.toMatchObject({ code: 'sandbox_failed' });
  });

  it.each([
    ['removed', (container: Docker.Container) => container.remove({ force: true })],
    ['killed', (container: Docker.Container) => container.kill()],
    ['stopped', (container: Docker.Container) => container.stop({ t: 1 })],
    ['restarted', (container: Docker.Container) => container.restart({ t: 1 })],
  ])('end a run whose container is %s by somebody, as our fault and not as its own', async (_how, end) => {
    const plan = await bench.aPlan();
    const running = await bench.start(plan);
    tell(running, 'echo up; sleep 60');
    const name = sandboxName(bench.host.instanceId, plan.key, plan.phase);
    await Promise.all([
      expect(running.wait()).rejects.toMatchObject({ code: 'sandbox_failed' }),
      end(bench.docker.getContainer(name)),
    ]);
  });

  it('are not made up: a process that kills itself, and a kill of ours, are exits', async () => {
    const running = await bench.start(await bench.aPlan());
    tell(running, 'kill -KILL $$');
    expect(await running.wait()).toMatchObject({ exitCode: 137 });
    const other = await bench.start(await bench.aPlan());
    tell(other, 'sleep 60');
    await other.kill();
    expect(await other.wait()).toMatchObject({ exitCode: 137 });
  });

  it('refuse a runtime that the engine does not know, and let a good engine pass', async () => {
    await expect(checkEngine('runsc')).rejects.toMatchObject({ code: 'config_error' });
    expect((await checkEngine('runc')).cpuCount).toBeGreaterThan(0);
  });

  it('never touch what another instance or another host owns', async () => {
    const other = await SandboxBench.open(SHELL, { instanceId: bench.host.instanceId, host: 'other-host' });
    const plan = await other.aPlan();
    await other.sandboxes.create(plan, anySignal());
    const neighbour = await SandboxBench.open(SHELL, { host: bench.host.host });
    const theirs = await neighbour.aPlan();
    await neighbour.sandboxes.create(theirs, anySignal());
    const seen: unknown[] = [];
    await bench.sandboxes.reap((found) => (seen.push(...found), Promise.resolve(found)));
    expect(seen).not.toContainEqual(plan.key);
    expect(seen).not.toContainEqual(theirs.key);
    expect([await other.countLeft(), await neighbour.countLeft()]).toEqual([1, 1]);
    await Promise.all([other.close(), neighbour.close()]);
  });
});
