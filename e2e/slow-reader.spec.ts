import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { INSPECTABLE, InspectedProcess } from './system/inspected-process.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask } from './system/tasks.ts';
import { query } from './system/teams.ts';

const READERS = 40;
const MIB = 1024 ** 2;
/** Of 60 KB each: many times what the buffers of the kernel take. */
const EVENTS = 400;
const TEXT = 60_000;

let system: System;
let api: InspectedProcess;
/** Final, with a history of 24 MB. */
let id: string;

const fill = async (): Promise<void> => {
  const logs = `SELECT "id", n, 'log', now(), "teamId", jsonb_build_object('phase', 'agent', 'stream', 'stdout',
    'text', repeat(md5(n::text), ${String(TEXT / 32)})) FROM "Task", generate_series(2, ${String(EVENTS)}) n`;
  await query(system, `INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload") ${logs}`);
  await query(system, `UPDATE "Task" SET "lastSeq" = ${String(EVENTS)}`);
};

beforeAll(async () => {
  system = await startSystem({ workers: 0, env: INSPECTABLE });
  const notBefore = new Date(Date.now() + 86_400_000).toISOString();
  ({ id } = await system.client.submit(bashTask(`${system.gitUrl}/x.git`, 'true', { notBefore })));
  await fill();
  await system.client.post(`/v1/tasks/${id}/cancel`, {});
  api = await InspectedProcess.of(system.api);
});

afterAll(async () => {
  api.close();
  await system.stop();
});

/** Asks for the stream and then takes nothing. */
const stuckReader = (after = 0): Socket => {
  const socket = connect(Number(new URL(system.url).port), '127.0.0.1');
  const head = [
    `GET /v1/tasks/${id}/events?after=${String(after)} HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${system.apiKey}`,
    'accept: text/event-stream',
    'connection: close',
  ];
  socket.on('error', () => undefined).write(`${head.join('\r\n')}\r\n\r\n`);
  return socket.pause();
};

const cuts = (): number => system.api.output.match(/a reader of events stalled/g)?.length ?? 0;

/**
 * So many readers come, stop reading and are cut off. Some are sent away before that, as PostgreSQL has ten connections and
 * on a busy machine all are taken: if they were most of them, others come in their place.
 * @returns what they made the api hold, and what it held after.
 */
const wave = async (count: number): Promise<{ sockets: Socket[]; most: number; after: number }> => {
  const [clients, earlier] = [await api.clients(), cuts()];
  const sockets: Socket[] = [];
  let most = 0;
  await eventually(
    async () => {
      most = Math.max(most, await api.heldBytes());
      if ((await api.clients()) > clients) return false;
      const missing = count - (cuts() - earlier);
      if (missing >= count / 2) for (let index = 0; index < missing; index++) sockets.push(stuckReader());
      return missing < count / 2;
    },
    { timeoutMs: 200_000, intervalMs: 500, lastSeen: cuts },
  );
  return { sockets, most, after: await api.heldBytes() };
};

/** Whole frames that had come through. */
const seqsOf = (received: string): number[] =>
  received
    .split('\n\n')
    .slice(0, -1)
    .flatMap((frame) => /^(?:[0-9a-f]+\r\n)?id: (\d+)$/m.exec(frame)?.[1] ?? [])
    .map(Number);

describe('readers of events that stop reading', () => {
  it('make the api hold a bounded piece each, are cut off, and miss nothing when they come back', async () => {
    const before = await api.heldBytes();
    const first = await wave(READERS);
    const second = await wave(READERS);
    // At worst 16 events and what is on its way, and that for a second only: of 24 MB each.
    expect(Math.max(first.most, second.most) - before).toBeLessThan(READERS * 1.5 * MIB);
    // What is loaded on first use stays; of the readers nothing does.
    expect(first.after - before).toBeLessThan(16 * MIB);
    expect(second.after - first.after).toBeLessThan(4 * MIB);
    const [back, ...others] = [...first.sockets, ...second.sockets];
    for (const socket of others) socket.destroy();
    const received = Buffer.concat((await back?.toArray().catch(() => [])) as Buffer[]).toString();
    const seen = seqsOf(received);
    expect(seen.length).toBeLessThan(EVENTS);
    for await (const event of system.client.stream(id, { lastEventId: seen.at(-1) ?? 0 }))
      if (event.id !== null) seen.push(event.id);
    const all = await system.client.events(id);
    expect(seen).toEqual(all.map((event) => event['seq']));
    expect(all.at(-1)?.['type']).toBe('task.finished');
  }, 480_000);

  it('lose their connection, too, when they stop just before the end', async () => {
    const before = await api.clients();
    // Somewhere here is where all frames have left the queue and not all have left the process.
    const sockets = Array.from({ length: READERS }, (_, index) => stuckReader(EVENTS - 2 * index));
    await eventually(async () => (await api.clients()) > before);
    // A heartbeat and a stall after the last piece has left, which may take a busy machine long.
    await eventually(async () => (await api.clients()) <= before, {
      timeoutMs: 200_000,
      intervalMs: 500,
      lastSeen: () => cuts(),
    });
    for (const socket of sockets) socket.destroy();
  }, 300_000);
});
