import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textOf } from '@drydock/engine/testing';
import { SandboxBench, SHELL } from '../testing/sandbox-bench.ts';

describe('What a phase sees of the workspace', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open(SHELL);
  });
  afterAll(() => bench.close());

  const tryWrite = (...paths: string[]): string[] =>
    paths.map((path) => `(echo x > ${path}/by-sandbox) 2>/dev/null && echo ${path} rw || echo ${path} ro`);

  it('lets setup, agent and verify write to their workspace and HOME only', async () => {
    const plan = await bench.aPlan({ sockets: true });
    await bench.workspaces.writeFile(plan.key, 'in', 'task.json', '{"description":"fix it"}');
    const probes = [
      'cat /in/task.json; echo',
      ...tryWrite('/workspace', '/home/agent', '/in', '/run/drydock'),
    ];
    expect((await bench.run(plan, ...probes)).split('\n')).toEqual([
      '{"description":"fix it"}',
      '/workspace rw',
      '/home/agent rw',
      '/in ro',
      '/run/drydock ro',
    ]);
    const verify = { ...plan, phase: 'verify' as const, sockets: false };
    expect(await bench.run(verify, 'ls -A /workspace /home/agent; ls /run/drydock 2>&1 | wc -l')).toBe(
      '/home/agent:\n\n/workspace:\n1',
    );
  });

  it('shows collect the base and the result, and no HOME of the agent', async () => {
    const plan = await bench.aPlan({ phase: 'collect', withVerify: true });
    await writeFile(join(bench.host.locate(plan.key, 'home'), '.gitconfig'), '[core]');
    await writeFile(join(bench.host.locate(plan.key, 'base'), 'HEAD'), 'ref: refs/heads/base\n');
    const text = await bench.run(
      plan,
      'cat /base.git/HEAD',
      'ls -A "$HOME" | wc -l',
      ...tryWrite('/workspace', '/out', '/verify', '/base.git', '"$HOME"'),
    );
    expect(text.split('\n')).toEqual([
      'ref: refs/heads/base',
      '0',
      '/workspace rw',
      '/out rw',
      '/verify rw',
      '/base.git ro',
      '/home/agent rw',
    ]);
    const found = await bench.workspaces.readOut(plan.key, 'by-sandbox', 10);
    expect(await textOf(found!.stream)).toBe('x\n');
  });

  it('lets the sandbox connect to a socket of the worker', async () => {
    const plan = await bench.aPlan({ sockets: true });
    const path = join(bench.host.locate(plan.key, 'run-agent'), 'llm.sock');
    const server = createServer((socket) => socket.end('from the worker\n')).listen(path);
    await once(server, 'listening');
    await chmod(path, 0o666);
    const connect =
      'python3 -c "import socket; s = socket.socket(socket.AF_UNIX); s.connect(\'/run/drydock/llm.sock\'); print(s.recv(99).decode())"';
    expect(await bench.run(plan, connect)).toBe('from the worker');
    server.close();
  });
});
