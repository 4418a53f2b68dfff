import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@drydock/testing';
import Docker from 'dockerode';
import { Client } from 'pg';
import { mountsLeft } from './files-left.ts';
import { leftoversWithin, type SearchedHost } from './leftovers.ts';

const engine = new Docker();
const instanceId = `inst_${randomBytes(8).toString('hex')}`;
const labels = { 'drydock.instance': instanceId };

let database: FreshDatabase;
let dataDirectory: string;
let host: SearchedHost;

beforeAll(async () => {
  database = await freshDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query('INSERT INTO "Instance" ("id") VALUES ($1)', [instanceId]);
  await client.end();
  dataDirectory = await mkdtemp(join(tmpdir(), 'drydock-left-'));
  for (const name of ['workspaces/lost+found', 'spool', 'mirrors/abc/0123', 'artifacts'])
    await mkdir(join(dataDirectory, name), { recursive: true });
  host = { engine, databaseUrl: database.url, dataDirectory, pids: () => [] };
});

afterAll(async () => {
  await rm(dataDirectory, { recursive: true, force: true });
  await database.drop();
});

describe('what is left on the host', () => {
  it('is nothing, in a directory where nobody works', async () => {
    expect(await leftoversWithin(host, 0)).toEqual([]);
  });

  it('is every container, network and volume under the label of the installation, and no other', async () => {
    const container = await engine.createContainer({
      Image: 'drydock/toolbox:1',
      Cmd: ['true'],
      Labels: labels,
    });
    const foreign = await engine.createContainer({
      Image: 'drydock/toolbox:1',
      Cmd: ['true'],
      Labels: { 'drydock.instance': `${instanceId}_other` },
    });
    const volume = await engine.createVolume({ Labels: labels });
    const network = await engine.createNetwork({ Name: instanceId, Labels: labels, Internal: true });
    try {
      const left = await leftoversWithin(host, 0);
      expect(left.map(({ kind }) => kind).sort()).toEqual(['container', 'network', 'volume']);
      expect(left.find(({ kind }) => kind === 'container')?.name).toContain(container.id);
    } finally {
      await Promise.all([container.remove(), foreign.remove(), network.remove()]);
      await engine.getVolume(volume.name).remove();
    }
  });

  it('is every workspace, socket, upload and half-made mirror', async () => {
    const workspace = join(dataDirectory, 'workspaces', 'task_1-1');
    await mkdir(workspace);
    const server: Server = createServer().listen(join(workspace, 'llm.sock'));
    await once(server, 'listening');
    await writeFile(join(dataDirectory, 'spool', 'x.zip'), '');
    await mkdir(join(dataDirectory, 'mirrors', 'abc', 'tmp-1'));
    await writeFile(join(dataDirectory, 'mirrors', 'abc', '0123', 'index.lock'), '');
    const left = await leftoversWithin(host, 0);
    server.close();
    for (const path of [
      'workspaces/task_1-1',
      'spool/x.zip',
      'mirrors/abc/tmp-1',
      'mirrors/abc/0123/index.lock',
    ])
      await rm(join(dataDirectory, path), { recursive: true });
    expect(left.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'mirror mirrors/abc/0123/index.lock',
      'mirror mirrors/abc/tmp-1',
      'socket workspaces/task_1-1/llm.sock',
      'upload spool/x.zip',
      'workspace workspaces/task_1-1',
    ]);
  });

  it('is every process that names the directory anywhere, but for those that may live', async () => {
    const start = (options: { cwd?: string; env?: Record<string, string> }, argument = ''): ChildProcess =>
      spawn('sleep', ['60', ...(argument === '' ? [] : [argument])], {
        env: {},
        ...options,
        stdio: 'ignore',
      });
    const children = [
      start({ cwd: dataDirectory }),
      start({ env: { DRYDOCK_DATA_DIR: dataDirectory } }),
      start({ env: { DRYDOCK_DATA_DIR: dataDirectory } }),
    ];
    const tail = spawn('tail', ['-f', '/dev/null', join(dataDirectory, 'nothing')], { stdio: 'ignore' });
    const [first, second, allowed] = children.map(({ pid }) => pid!);
    try {
      const left = await leftoversWithin({ ...host, pids: () => [allowed!] }, 0);
      expect(left.map(({ name }) => Number(name.split(':')[0])).sort()).toEqual(
        [first, second, tail.pid].sort(),
      );
    } finally {
      for (const child of [...children, tail]) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
  });

  it('is every stored file that no row names, half-written or whole', async () => {
    const folder = join(dataDirectory, 'artifacts');
    await mkdir(join(folder, '.tmp'));
    await mkdir(join(folder, 'tasks', 'task_1', 'attempts', '1'), { recursive: true });
    for (const key of [
      '.tmp/half',
      'tasks/task_1/input.zip',
      'tasks/task_1/attempts/1/agent.log',
      'instance',
    ])
      await writeFile(join(folder, key), '');
    const left = await leftoversWithin(host, 0);
    await rm(folder, { recursive: true });
    expect(left.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'artifact .tmp/half',
      'artifact tasks/task_1/attempts/1/agent.log',
      'artifact tasks/task_1/input.zip',
    ]);
  });

  it('is waited for, and gone when somebody cleans up in time', async () => {
    const upload = join(dataDirectory, 'spool', 'late.zip');
    await writeFile(upload, '');
    const waiting = leftoversWithin(host, 20_000);
    await rm(upload);
    expect(await waiting).toEqual([]);
  });

  it('is every mount point below, but for the disk of all workspaces', () => {
    const lines = ['/data/workspaces', '/data/workspaces/task\\0401', '/database', '/data/x'];
    const mountinfo = lines.map((point) => `36 35 98:0 / ${point} rw - ext4 /dev/loop0 rw`).join('\n');
    expect(mountsLeft(mountinfo, '/data')).toEqual([
      { kind: 'mount', name: '/data/workspaces/task 1' },
      { kind: 'mount', name: '/data/x' },
    ]);
  });
});
