import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import type { Client } from './system/client.ts';
import { operateTeam } from './system/operator.ts';
import { expectProblem } from './system/problems.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import { addKey, addTeam, query } from './system/teams.ts';

/** Of another team's task nobody learns even that it exists, and a key does what its scopes say. */
let system: System;
let url: string;
let id: string;
let stranger: Client;

beforeAll(async () => {
  system = await startSystem();
  url = await publishScript(system, 'small', 'echo one > a.txt');
  id = (await system.client.submit(bashTask(url, 'echo two > a.txt', { labels: { a: 'b' } }))).id;
  await system.client.wait(id);
  stranger = await addKey(system, await addTeam(system, 'strangers'), ['tasks:read', 'tasks:write', 'admin']);
});

afterAll(async () => {
  await system.stop();
});

const ROUTES = [
  ['GET', '/v1/tasks/{id}', {}],
  ['GET', '/v1/tasks/{id}/events', {}],
  ['GET', '/v1/tasks/{id}/events', { accept: 'text/event-stream' }],
  ['GET', '/v1/tasks/{id}/diff', {}],
  ['GET', '/v1/tasks/{id}/artifacts', {}],
  ['GET', '/v1/tasks/{id}/artifacts/{name}', {}],
  ['POST', '/v1/tasks/{id}/cancel', {}],
  ['POST', '/v1/tasks/{id}/retry', {}],
] as const;

const call = (client: Client, [method, path, headers]: (typeof ROUTES)[number]): Promise<Response> =>
  client.request(path.replace('{id}', id).replace('{name}', 'agent.log'), { method, headers });

describe('another team', () => {
  it.each(ROUTES)('gets 404 from %s %s %j, and a made-up id looks the same', async (...route) => {
    const [method, path, headers] = route;
    const mine = await call(system.client, route);
    expect(mine.status).toBeLessThan(300);
    await mine.body?.cancel();
    const missing = { status: 404, code: 'not_found' };
    const theirs = await expectProblem(await call(stranger, route), missing);
    const madeUp = path.replace('{id}', `task_${'0'.repeat(26)}`).replace('{name}', 'agent.log');
    const response = await stranger.request(madeUp, { method, headers });
    expect(await expectProblem(response, missing)).toEqual({ ...theirs, requestId: expect.any(String) });
  });

  it('sees none of the tasks in its list, by no filter', async () => {
    for (const filter of ['', '?status=succeeded', '?label=a:b']) {
      const response = await stranger.request(`/v1/tasks${filter}`);
      expect(await response.json()).toEqual({ items: [], next: null });
    }
  });

  it('has Idempotency-Keys of its own', async () => {
    const task = bashTask(url, 'true', { notBefore: '2100-01-01T00:00:00Z' });
    const ids = [];
    for (const client of [system.client, stranger]) {
      const response = await client.post('/v1/tasks', task, { 'idempotency-key': 'shared' });
      ids.push(((await response.json()) as { id: string }).id);
    }
    expect(new Set(ids).size).toBe(2);
  });

  it('cannot go on with a cursor into the list of the first', async () => {
    const page = (await (await system.client.request('/v1/tasks?limit=1')).json()) as { next: string };
    const response = await stranger.request(`/v1/tasks?limit=50&cursor=${page.next}`);
    const { items } = (await response.json()) as { items: { id: string }[] };
    expect(items.map((task) => task.id)).not.toContain(id);
  });
});

describe('a key', () => {
  const unauthorized = { status: 401, code: 'unauthorized' };
  const forbidden = { status: 403, code: 'forbidden' };

  it('with tasks:read reads, and can neither post, cancel, retry nor see the fleet', async () => {
    const reader = await addKey(system, await addTeam(system, 'readers'), ['tasks:read']);
    expect((await reader.request('/v1/tasks')).status).toBe(200);
    const post = await reader.post('/v1/tasks', bashTask(url, 'true'));
    await expectProblem(post, forbidden);
    for (const action of ['cancel', 'retry']) {
      const response = await reader.request(`/v1/tasks/${id}/${action}`, { method: 'POST' });
      await expectProblem(response, forbidden);
    }
    for (const path of ['/v1/workers', '/v1/queue', '/v1/teams'])
      await expectProblem(await reader.request(path), forbidden);
  });

  it('with tasks:write posts and cancels, and cannot read', async () => {
    const writer = await addKey(system, await addTeam(system, 'writers'), ['tasks:write']);
    const task = await writer.submit(bashTask(url, 'true', { notBefore: '2100-01-01T00:00:00Z' }));
    expect((await writer.request(`/v1/tasks/${task.id}/cancel`, { method: 'POST' })).status).toBeLessThan(
      300,
    );
    await expectProblem(await writer.request('/v1/tasks'), forbidden);
    await expectProblem(await writer.request(`/v1/tasks/${task.id}`), forbidden);
  });

  it('with admin sees the fleet', async () => {
    const admin = await addKey(system, await addTeam(system, 'admins'), ['admin']);
    for (const path of ['/v1/workers', '/v1/queue', '/v1/teams'])
      expect((await admin.request(path)).status).toBe(200);
    await expectProblem(await admin.request('/v1/tasks'), forbidden);
  });

  it('that a team was given reaches its own tasks only, until it is revoked', async () => {
    const team = await operateTeam(system, { name: 'guests' });
    expect(await (await team.client.request('/v1/tasks')).json()).toEqual({ items: [], next: null });
    await expectProblem(await team.client.request('/v1/teams'), forbidden);
    const keys = `/v1/teams/${team.id}/keys`;
    const { items } = (await (await system.client.request(keys)).json()) as { items: { id: string }[] };
    const revoke = () => system.client.request(`${keys}/${items[0]?.id ?? ''}`, { method: 'DELETE' });
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 204]);
    await expectProblem(await team.client.request('/v1/tasks'), unauthorized);
  });

  it('that another process revoked soon opens nothing', async () => {
    const teamId = await addTeam(system, 'gone');
    const revoked = await addKey(system, teamId, ['tasks:read']);
    expect((await revoked.request('/v1/tasks')).status).toBe(200);
    await query(system, 'UPDATE "ApiKey" SET "revokedAt" = now() WHERE "teamId" = $1', [teamId]);
    await eventually(async () => (await revoked.request('/v1/tasks')).status === 401);
    await expectProblem(await revoked.request('/v1/tasks'), unauthorized);
  });
});
