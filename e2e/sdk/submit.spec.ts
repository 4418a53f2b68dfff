import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Drydock as BrowserDrydock } from '@drydock/sdk';
import { Drydock } from '@drydock/sdk/node';
import { startSystem, type System } from '../system/start-system.ts';
import { zipOf } from '../system/zip-bytes.ts';

let system: System;
let client: Drydock;
let scratch: string;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  client = new Drydock({ baseUrl: system.url, apiKey: system.apiKey });
  scratch = await mkdtemp(join(tmpdir(), 'drydock-sdk-'));
});

afterAll(async () => {
  await system.stop();
  await rm(scratch, { recursive: true, force: true });
});

const TASK = { description: 'x', agent: { harness: 'command' as const, command: ['true'] } };

describe('tasks.create', () => {
  it('sends the same ZIP as bytes, Blob, web stream, Node stream, function and file', async () => {
    const bytes = await zipOf({ 'a.txt': 'one' });
    const file = join(scratch, 'a.zip');
    await writeFile(file, bytes);
    const archives = [
      bytes,
      new Blob([new Uint8Array(bytes)]),
      Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
      createReadStream(file) as AsyncIterable<Uint8Array>,
      () => createReadStream(file) as AsyncIterable<Uint8Array>,
    ];
    const hashes = new Set<string | undefined>();
    for (const archive of archives)
      hashes.add((await client.tasks.create(TASK, { archive })).source.zip?.sha256);
    hashes.add((await client.tasks.create(TASK, { path: file })).source.zip?.sha256);
    expect([...hashes]).toHaveLength(1);
    expect([...hashes][0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('makes the same ZIP of the same folder each time, so that a repeat under one key is one task', async () => {
    const folder = join(scratch, 'folder');
    await mkdir(join(folder, 'bin'), { recursive: true });
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, '.git/config'), 'secret');
    await writeFile(join(folder, 'größe.txt'), 'one');
    await writeFile(join(folder, 'bin/run'), '#!/bin/sh\n');
    await chmod(join(folder, 'bin/run'), 0o755);
    await symlink('bin/run', join(folder, 'link'));
    const first = await client.tasks.create(TASK, { path: folder, idempotencyKey: 'twice' });
    const second = await client.tasks.create(TASK, { path: folder, idempotencyKey: 'twice' });
    expect(second.id).toBe(first.id);
  });

  it('tells a client without a file system how to send a path', async () => {
    const browser = new BrowserDrydock({ baseUrl: system.url, apiKey: system.apiKey });
    await expect(browser.tasks.create(TASK, { path: scratch })).rejects.toThrow('@drydock/sdk/node');
  });

  it('passes on what the API says of a bad ZIP and a bad request', async () => {
    await expect(client.tasks.create(TASK, { archive: Buffer.from('no zip') })).rejects.toMatchObject({
      code: 'archive_invalid',
      status: 422,
    });
    await expect(client.tasks.create({ description: '' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/description' })]) as unknown,
    });
  });
});

describe('lists, retries and files', () => {
  it('walks over all pages, by label', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i++) {
      const source = { git: { url: `${system.gitUrl}/none.git` } };
      made.unshift((await client.tasks.create({ ...TASK, source, labels: { set: 'five' } })).id);
    }
    const found: string[] = [];
    for await (const { id } of client.tasks.list({ label: ['set:five'], limit: 2 }).items()) found.push(id);
    expect(found).toEqual(made);
  });

  it('cancels, tries again, and says why there is no patch', async () => {
    const source = { git: { url: `${system.gitUrl}/none.git` } };
    const { id } = await client.tasks.create({ ...TASK, source });
    await expect(client.tasks.diff(id)).rejects.toMatchObject({ code: 'diff_not_ready' });
    await expect(client.tasks.retry(id)).rejects.toMatchObject({ code: 'task_not_final' });
    await client.tasks.cancel(id);
    await expect(client.tasks.diff(id)).rejects.toMatchObject({ code: 'diff_not_available' });
    await expect(client.tasks.artifacts.list(id)).resolves.toEqual([]);
    await expect(client.tasks.artifacts.read(id, 'agent.log')).rejects.toMatchObject({
      code: 'artifact_not_available',
    });
    await expect(client.tasks.retry(id)).resolves.toMatchObject({ retryOf: id, status: 'queued' });
  });

  it('shows operators the installation, and makes and revokes keys', async () => {
    await expect(client.installation.ready()).resolves.toMatchObject({ checks: { postgres: 'ok' } });
    await expect(client.installation.workers()).resolves.toEqual([]);
    await expect(client.installation.queue()).resolves.toMatchObject({ running: 0 });
    const { items } = await client.installation.teams().first();
    const teamId = items[0]?.id ?? '';
    const team = await client.installation.createTeam({ name: 'Payments' });
    await client.installation.changeTeam(team.id, { weight: 2 });
    const changed = { name: 'Payments', weight: 2 };
    await expect(client.installation.team(team.id)).resolves.toMatchObject(changed);
    const made = await client.installation.createKey(teamId, { scopes: ['tasks:read'] });
    const reader = new BrowserDrydock({ baseUrl: system.url, apiKey: made.key });
    await expect(reader.tasks.list().first()).resolves.toBeDefined();
    await expect(reader.tasks.create(TASK)).rejects.toMatchObject({ code: 'forbidden', status: 403 });
    await client.installation.revokeKey(teamId, made.id);
    const keys = await client.installation.keys(teamId);
    expect(keys.find(({ id }) => id === made.id)?.revokedAt).not.toBeNull();
  });

  it('makes webhook endpoints, tells their secret once, and lets them go', async () => {
    const url = 'https://ci.example.com/hooks/drydock';
    const made = await client.webhookEndpoints.create({ url, events: ['task.succeeded'] });
    expect(made.secret).toMatch(/^whsec_/);
    await client.webhookEndpoints.change(made.id, { description: 'CI' });
    const { items } = await client.webhookEndpoints.list().first();
    expect(items.find(({ id }) => id === made.id)).toMatchObject({ url, description: 'CI' });
    expect(JSON.stringify(items)).not.toContain(made.secret);
    const rotated = await client.webhookEndpoints.rotateSecret(made.id);
    expect(rotated.secret).not.toBe(made.secret);
    const sent = await client.webhookEndpoints.test(made.id);
    const known: string[] = [];
    for await (const { id } of client.webhookEndpoints.deliveries(made.id).items()) known.push(id);
    expect(known).toContain(sent.id);
    await client.webhookEndpoints.delete(made.id);
    await expect(client.webhookEndpoints.get(made.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
