import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TcpRelay } from '@drydock/testing';
import { Drydock, isApiError, type TaskEvent } from '@drydock/sdk';
import pg from 'pg';
import { startSystem, type System } from '../system/start-system.ts';
import { appendEvents } from './append-events.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

const EVENTS = 10_000;
const BATCH = 500;
const LONGEST_BYTES = 60_000;

let system: System;
let database: pg.Client;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
});

afterAll(async () => {
  await database.end();
  await system.stop();
});

const TASK = { description: 'x', agent: { harness: 'command' as const, command: ['true'] } };
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

const append = (taskId: string, count: number): Promise<void> =>
  appendEvents(database, taskId, { count, text: 'zeile größer € ' });

/** Numbers that a failing run can be repeated with. */
const randomOf = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

describe('tasks.follow over a network that breaks', () => {
  it('gives each of 10,000 events once and in order, though every connection is cut', async () => {
    const seed = Date.now() % 100_000;
    const random = randomOf(seed);
    const proxy = await startCuttingProxy(system.url, () => 1 + Math.floor(random() * LONGEST_BYTES));
    const direct = new Drydock({ baseUrl: system.url, apiKey: system.apiKey });
    const client = new Drydock({
      baseUrl: proxy.url,
      apiKey: system.apiKey,
      retry: { firstDelayMs: 1, maxDelayMs: 20 },
    });
    const { id } = await direct.tasks.create({
      ...TASK,
      source: { git: { url: `${system.gitUrl}/none.git` } },
    });
    await append(id, EVENTS / 2);
    const live = (async () => {
      for (let left = EVENTS / 2; left > 0; left -= BATCH) await append(id, BATCH);
      await direct.tasks.cancel(id);
    })();
    const seen: TaskEvent[] = [];
    let reconnects = 0;
    for await (const event of client.tasks.follow(id, { onReconnect: () => void reconnects++ }))
      seen.push(event);
    await live;
    await proxy.close();
    expect({ seed, seqs: seen.map(({ seq }) => seq) }).toEqual({ seed, seqs: upTo(seen.length) });
    expect(seen.length).toBeGreaterThan(EVENTS);
    expect(seen.at(-1)?.type).toBe('task.finished');
    expect(proxy.cuts).toBeGreaterThan(20);
    expect(reconnects).toBeGreaterThanOrEqual(20);
  });

  it('leaves a connection that has gone silent, and goes on by another', async () => {
    const relay = await TcpRelay.toUrl(system.url);
    const client = new Drydock({ baseUrl: relay.through(system.url), apiKey: system.apiKey });
    const { id } = await client.tasks.create({
      ...TASK,
      source: { git: { url: `${system.gitUrl}/none.git` } },
    });
    // Of connections that were given up after the network had gone silent; a slow answer may cost one before.
    const reasons: string[] = [];
    const seqs: number[] = [];
    const onReconnect = ({ error }: { error: Error | null }): void => {
      if (seqs.length > 0) reasons.push(String(error?.message));
      if (reasons.length >= 2) relay.resume();
    };
    for await (const { seq } of client.tasks.follow(id, { silentMs: 2_000, onReconnect })) {
      seqs.push(seq);
      if (seqs.length > 1) continue;
      relay.pause();
      await append(id, 3);
      await system.client.request(`/v1/tasks/${id}/cancel`, { method: 'POST' });
    }
    expect(seqs).toEqual(upTo(6));
    expect(reasons.slice(0, 2).join()).toContain('silent');
    await relay.close();
  });

  it('goes on after a given event, and ends at once when nothing follows it', async () => {
    const client = new Drydock({ baseUrl: system.url, apiKey: system.apiKey });
    const { id } = await client.tasks.create({
      ...TASK,
      source: { git: { url: `${system.gitUrl}/none.git` } },
    });
    await client.tasks.cancel(id);
    const all: number[] = [];
    for await (const { seq } of client.tasks.follow(id)) all.push(seq);
    const rest: number[] = [];
    for await (const { seq } of client.tasks.follow(id, { after: 1 })) rest.push(seq);
    expect(rest).toEqual(all.slice(1));
    for await (const event of client.tasks.follow(id, { after: all.length })) throw new Error(event.type);
    await expect(client.tasks.wait(id)).resolves.toMatchObject({ status: 'cancelled' });
  });

  it('stops at once when its signal aborts, and when the loop is left', async () => {
    const client = new Drydock({ baseUrl: system.url, apiKey: system.apiKey });
    const { id } = await client.tasks.create({
      ...TASK,
      source: { git: { url: `${system.gitUrl}/none.git` } },
    });
    const stop = new AbortController();
    const follow = (async () => {
      for await (const event of client.tasks.follow(id, { signal: stop.signal }))
        if (event.seq === 1) stop.abort(new Error('enough'));
    })();
    await expect(follow).rejects.toThrow('enough');
    for await (const event of client.tasks.follow(id)) if (event.seq === 1) break;
    await client.tasks.cancel(id);
  });

  it('gives up at once on a task that is not there, and on a wrong key', async () => {
    const client = new Drydock({ baseUrl: system.url, apiKey: system.apiKey });
    const stranger = new Drydock({ baseUrl: system.url, apiKey: 'dk_00000000_000000000000000000000000' });
    const first = async (from: Drydock): Promise<unknown> =>
      from.tasks.follow('task_00000000000000000000000000').next();
    const missing = await first(client).catch((error: unknown) => error);
    expect(isApiError(missing, 'not_found')).toBe(true);
    await expect(first(stranger)).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
  });
});
