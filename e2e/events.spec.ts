import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerEvent } from './system/client.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem();
  url = await publishScript(system, 'small', 'echo one > a.txt');
});

afterAll(async () => {
  await system.stop();
});

const TALK = 'for i in $(seq 40); do echo line $i; sleep 0.05; done';

const seqsOf = (events: readonly ServerEvent[]): number[] =>
  events.filter((event) => event.event !== 'end').map((event) => event.id ?? -1);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** Reads until `count` events came, then cuts the stream. */
const readSome = async (id: string, count: number, lastEventId?: number): Promise<ServerEvent[]> => {
  const cut = new AbortController();
  const seen: ServerEvent[] = [];
  try {
    for await (const event of system.client.stream(id, {
      signal: cut.signal,
      ...(lastEventId === undefined ? {} : { lastEventId }),
    })) {
      seen.push(event);
      if (seen.length >= count || event.event === 'end') break;
    }
  } finally {
    cut.abort();
  }
  return seen;
};

describe('the event stream', () => {
  it('is cut and resumed without loss or repeat, gives the rest and ends', async () => {
    const { id } = await system.client.submit(bashTask(url, TALK));
    const seen: ServerEvent[] = [];
    while (seen.at(-1)?.event !== 'end') {
      const last = seen.at(-1)?.id ?? undefined;
      const some = await readSome(id, 5, last);
      expect(some.length).toBeGreaterThan(0);
      seen.push(...some);
    }
    const seqs = seqsOf(seen);
    expect(seqs).toEqual(upTo(seqs.length));
    expect(seen.filter((event) => event.event === 'end')).toHaveLength(1);
    expect(seen.at(-1)?.id).toBeNull();
    const text = seen
      .filter((event) => event.event === 'log')
      .map((event) => event.data['text'])
      .join('');
    for (const line of upTo(40)) expect(text).toContain(`line ${String(line)}\n`);
  });

  it('gives what is left after the end, and the end again on every reconnect', async () => {
    const { id } = await system.client.submit(bashTask(url, 'echo hi'));
    await system.client.wait(id);
    const all = await readSome(id, 1000);
    const last = seqsOf(all).length;
    expect(all.at(-1)?.event).toBe('end');
    expect(seqsOf(await readSome(id, 1000, last - 2))).toEqual([last - 1, last]);
    expect((await readSome(id, 1000, last)).map((event) => event.event)).toEqual(['end']);
  });

  it('tells the same story in pages as in the stream', async () => {
    const { id } = await system.client.submit(bashTask(url, 'echo hi'));
    await system.client.wait(id);
    const streamed = (await readSome(id, 1000))
      .filter((event) => event.event !== 'end')
      .map((event) => event.data);
    expect(await system.client.events(id)).toEqual(streamed);
  });
});
