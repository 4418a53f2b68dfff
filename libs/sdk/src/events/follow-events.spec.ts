import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Drydock } from '../drydock.ts';
import { ConnectionError } from '../errors.ts';

const HOUR_MS = 3_600_000;

const sse = (...events: readonly (number | 'end')[]): string =>
  events
    .map((event) =>
      event === 'end' ? 'event: end\ndata: {}\n\n' : `id: x\ndata: {"seq":${String(event)}}\n\n`,
    )
    .join('');

type Answer = (request: Request) => Response | Promise<Response>;

const stream =
  (...events: readonly (number | 'end')[]): Answer =>
  () =>
    new Response(sse(...events));
const away: Answer = () => Promise.reject(new TypeError('fetch failed'));

/** A client whose API gives these answers, one after the other, the last one for ever. */
const clientOf = (...answers: readonly Answer[]): Drydock => {
  let calls = 0;
  return new Drydock({
    baseUrl: 'http://api.example',
    apiKey: 'dk_a_b',
    retry: { firstDelayMs: 1, maxDelayMs: 10 },
    fetch: async (request) => (answers[Math.min(calls++, answers.length - 1)] ?? away)(request),
  });
};

describe('tasks.follow gives up an API', () => {
  it('that stays away', async () => {
    const first = clientOf(away).tasks.follow('task_1', { giveUpMs: 50 }).next();
    await expect(first).rejects.toThrow(ConnectionError);
  });

  it('not for the time that its reader took, nor for the time that the machine slept', async () => {
    const client = clientOf(stream(1), away, stream(2), away, stream(3, 'end'));
    const clock = jest.spyOn(Date, 'now');
    let nowMs = 0;
    clock.mockImplementation(() => nowMs);
    const seen: number[] = [];
    try {
      for await (const { seq } of client.tasks.follow('task_1', { giveUpMs: 1_000 })) {
        seen.push(seq);
        nowMs += HOUR_MS;
      }
    } finally {
      clock.mockRestore();
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('not sooner than it asked to be asked again', async () => {
    const busy: Answer = () =>
      Response.json(
        { code: 'service_unavailable', detail: 'no' },
        { status: 503, headers: { 'retry-after': '1' } },
      );
    const delays: number[] = [];
    const onReconnect = ({ delayMs }: { delayMs: number }): void => void delays.push(delayMs);
    const follow = clientOf(busy, stream(1, 'end')).tasks.follow('task_1', { onReconnect });
    await expect(follow.next()).resolves.toMatchObject({ value: { seq: 1 } });
    expect(delays).toEqual([1_000]);
  });
});

describe('a reader that is slow', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('keeps its connection', async () => {
    let connections = 0;
    const client = clientOf(({ signal }) => {
      connections++;
      const chunks = [sse(1), sse(2, 'end')];
      const body = new ReadableStream<Uint8Array>(
        {
          start: (controller) => {
            signal.addEventListener('abort', () => {
              controller.error(signal.reason);
            });
          },
          pull: (controller) => {
            controller.enqueue(new TextEncoder().encode(chunks.shift()));
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(body);
    });
    const seen: number[] = [];
    for await (const { seq } of client.tasks.follow('task_1')) {
      seen.push(seq);
      await jest.advanceTimersByTimeAsync(HOUR_MS);
    }
    expect({ seen, connections }).toEqual({ seen: [1, 2], connections: 1 });
  });
});

it('ends by its signal and by silence also after the memory was cleaned up', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let connections = 0;
  const server = createServer((_request, response) => {
    response.write(sse(++connections));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = new Drydock({ baseUrl, apiKey: 'dk_a_b', retry: { firstDelayMs: 1 } });
  const stop = new AbortController();
  const follow = async (): Promise<void> => {
    for await (const { seq } of client.tasks.follow('task_1', { silentMs: 300, signal: stop.signal })) {
      const next = seq < 3 ? collect : () => stop.abort(new Error('enough'));
      for (const ms of [50, 100, 150]) setTimeout(next, ms);
    }
  };
  await expect(follow()).rejects.toThrow('enough');
  expect(connections).toBe(3);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}, 20_000);
