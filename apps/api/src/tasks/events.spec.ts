import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import { Shutdown } from '../start/shutdown.ts';
import { ApiUnderTest, GIT_TASK, KEY } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
let id: TaskId;
let path: string;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  id = (await api.call('POST', '/v1/tasks', { body: GIT_TASK })).json().id;
  path = `/v1/tasks/${id}/events`;
});
afterEach(() => api.stop());

const STREAM = { accept: 'text/event-stream' };
const fill = (count: number): void => {
  for (let i = 0; i < count; i++) api.events.append(id, 'log', { text: `line ${String(i)}` });
};
const finish = (): void => {
  api.events.append(id, 'task.finished', { status: 'succeeded' });
};
const stream = async (headers: Record<string, string> = {}, query = ''): Promise<string> =>
  (await api.call('GET', path + query, { headers: { ...STREAM, ...headers } })).body;
const idsOf = (text: string): number[] =>
  [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

/** A reader over a real socket; `text` grows. */
const open = async (headers: Record<string, string> = {}) => {
  const leave = new AbortController();
  const response = await fetch((await api.listen()) + path, {
    headers: { ...STREAM, authorization: `Bearer ${KEY}`, ...headers },
    signal: leave.signal,
  });
  const reader = { text: '', isOver: false, leave: () => leave.abort(), response };
  const read = async (): Promise<void> => {
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>)
      reader.text += Buffer.from(piece).toString();
  };
  void read()
    .catch(() => undefined)
    .finally(() => (reader.isOver = true));
  return reader;
};

describe('GET /v1/tasks/{id}/events as a stream', () => {
  it('sends every event once, in order, then end without an id', async () => {
    fill(120);
    finish();
    const text = await stream();
    expect(idsOf(text)).toEqual([...Array(121).keys()].map((n) => n + 1));
    expect(text).toContain('id: 1\nevent: log\ndata: {"seq":1,');
    expect(text.endsWith('\n\nevent: end\ndata: {}\n\n')).toBe(true);
  });

  it.each([
    ['Last-Event-ID', { 'last-event-id': '118' }, ''],
    ['?after', {}, '?after=118'],
    ['the header, which wins', { 'last-event-id': '118' }, '?after=3'],
  ])('goes on after %s without loss or repeat', async (_name, headers, query) => {
    fill(120);
    finish();
    expect(idsOf(await stream(headers, query))).toEqual([119, 120, 121]);
  });

  it('sends end at once to whoever comes back after the end', async () => {
    fill(2);
    finish();
    const text = await stream({ 'last-event-id': '3' });
    expect(idsOf(text)).toEqual([]);
    expect(text).toContain('event: end');
  });

  it('refuses a Last-Event-ID that is none', async () => {
    const response = await api.call('GET', path, { headers: { ...STREAM, 'last-event-id': 'x' } });
    expect(response.json()).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  it('closes without end once its key is revoked, and says so to whoever comes back with it', async () => {
    const reader = await open();
    await eventually(() => reader.text.includes(': connected'));
    api.keys.revoke('teamAkey1', new Date('2026-03-04T05:06:07Z'));
    await eventually(() => {
      fill(1);
      api.events.publish(id);
      return reader.isOver;
    });
    expect(reader.text).not.toContain('event: end');
    const again = await api.call('GET', path, { headers: STREAM });
    expect([again.statusCode, again.body]).toEqual([401, expect.stringContaining('revoked on 2026-03-04')]);
  });

  it('hands on a live event at the hint, and without a hint by the poll', async () => {
    const reader = await open();
    await eventually(() => reader.text.includes(': connected'));
    await eventually(() => api.events.listeners(id) === 1);
    // Of the first one, a poll learns nothing.
    const heads = api.events.heads.bind(api.events);
    api.events.heads = async (ids) => new Map(ids.map((one) => [one, { lastSeq: 0, isFinal: false }]));
    api.events.append(id, 'log', { text: 'hinted' });
    api.events.publish(id);
    await eventually(() => reader.text.includes('hinted'));
    api.events.heads = heads;
    api.events.append(id, 'log', { text: 'polled' });
    await eventually(() => reader.text.includes('polled'));
    finish();
    api.events.publish(id);
    await eventually(() => reader.isOver);
    expect(reader.text).toContain('event: end');
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  });

  it('stops reading for a client that left', async () => {
    const reader = await open();
    await eventually(() => api.events.listeners(id) === 1);
    reader.leave();
    await eventually(() => api.events.listeners(id) === 0);
    const { reads } = api.events;
    fill(1);
    api.events.publish(id);
    expect(api.events.reads).toBe(reads);
  });

  it('cuts off a reader that stops reading, which then goes on where it was', async () => {
    const text = 'x'.repeat(60_000);
    for (let i = 0; i < 300; i++) api.events.append(id, 'log', { text });
    finish();
    const { port, hostname } = new URL(await api.listen());
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\naccept: text/event-stream\r\n\r\n`,
    );
    socket.pause();
    await eventually(() => api.events.listeners(id) === 1);
    await eventually(() => api.events.listeners(id) === 0);
    expect(api.logged.join('')).toContain('a reader of events stalled: cut off');
    const received = Buffer.concat(await socket.toArray().catch(() => []));
    const got = idsOf(received.toString());
    expect(got.length).toBeLessThan(300);
    const rest = idsOf(await stream({ 'last-event-id': String(got.at(-1) ?? 0) }));
    expect([...got, ...rest]).toEqual([...Array(301).keys()].map((n) => n + 1));
  });

  it('closes without end when the api shuts down, so that the client comes back', async () => {
    const reader = await open();
    await eventually(() => reader.text.includes(': connected'));
    api.app.get(Shutdown).begin();
    await eventually(() => reader.isOver);
    expect(reader.text).not.toContain('event: end');
  });
});

describe('GET /v1/tasks/{id}/events as pages', () => {
  it('gives next until it has caught up', async () => {
    fill(4);
    const page = async (query: string) => (await api.call('GET', path + query)).json();
    const first = await page('?limit=2');
    expect([first.items.length, first.next]).toEqual([2, 2]);
    const second = await page('?limit=2&after=2');
    expect([second.items.length, second.next]).toEqual([2, null]);
    expect(await page('?after=4')).toEqual({ items: [], next: null });
  });
});
