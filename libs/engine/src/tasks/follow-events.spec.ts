import { describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeEventLog } from '../testing/fake-event-log.ts';
import type { ToPortions } from './follow-events-reads.ts';
import { FollowEvents, type Followed, type FollowTimes } from './follow-events.ts';

const ID = 'task_1' as TaskId;
type Told = Followed<number>;
const seqs = (followed: readonly Told[]): (number | string)[] =>
  followed.map((one) => (one.kind === 'events' ? one.content : one.kind));
/** Each event alone, by its number. */
const numbers: ToPortions<number> = (events) => events.map(({ seq }) => ({ lastSeq: seq, content: seq }));

const follow = (log: FakeEventLog, times: Partial<FollowTimes> = {}, signal = new AbortController().signal) =>
  new FollowEvents({ events: log, hints: log }, numbers, {
    pollMs: 5,
    heartbeatMs: 60_000,
    holdMs: 60_000,
    ...times,
  }).run(ID, 0, signal);

describe('FollowEvents', () => {
  it('misses nothing that is written between a read and the wait, even without a poll', async () => {
    const log = new FakeEventLog();
    const read = log.read.bind(log);
    let late = 3;
    log.read = async (...args) => {
      const slice = await read(...args);
      // Written and hinted after the snapshot was taken, before the follower waits.
      if (late-- > 0) log.append(ID, late === 0 ? 'task.finished' : 'log');
      log.publish(ID);
      return slice;
    };
    const got: Told[] = [];
    for await (const one of follow(log, { pollMs: 60_000, heartbeatMs: 60_000 })) got.push(one);
    expect(seqs(got)).toEqual([1, 2, 3, 'end']);
  });

  it('reads no further than its consumer pulls', async () => {
    const log = new FakeEventLog();
    for (let i = 0; i < 500; i++) log.append(ID, 'log', { text: 'x'.repeat(4_096) });
    const source = follow(log);
    await source.next();
    expect(log.reads).toBe(1);
    await source.return();
    expect(log.listeners(ID)).toBe(0);
  });

  it('takes small events by the hundred, so that a crowd which is served late catches up at once', async () => {
    const log = new FakeEventLog();
    for (let i = 0; i < 500; i++) log.append(ID, 'log');
    const pieces: number[] = [];
    const whole: ToPortions<number> = (events) => {
      pieces.push(events.length);
      return events.map(({ seq }) => ({ lastSeq: seq, content: seq })).slice(-1);
    };
    const source = new FollowEvents({ events: log, hints: log }, whole).run(
      ID,
      0,
      new AbortController().signal,
    );
    await source.next();
    expect(pieces[0]).toBeGreaterThan(200);
    expect(pieces[0]).toBeLessThan(500);
    await source.return();
  });

  it('forgets what it read ahead for a consumer that stalls, and goes on without loss or repeat', async () => {
    const log = new FakeEventLog();
    for (let i = 0; i < 12; i++) log.append(ID, 'log');
    log.append(ID, 'task.finished');
    const source = follow(log, { holdMs: 20 });
    const got: Told[] = [];
    for await (const one of source) {
      got.push(one);
      if (got.length === 5) await delay(100);
    }
    expect(seqs(got)).toEqual([...Array(13).keys()].map((n) => n + 1).concat('end' as never));
    expect(log.reads).toBe(2);
  });

  it('sends heartbeats while nothing happens, and reads nothing for them', async () => {
    const log = new FakeEventLog();
    const source = follow(log, { pollMs: 1, heartbeatMs: 2 });
    expect(await source.next()).toEqual({ done: false, value: { kind: 'heartbeat' } });
    expect(await source.next()).toEqual({ done: false, value: { kind: 'heartbeat' } });
    expect(log.reads).toBe(1);
    await source.return();
  });

  it('costs one statement per round for a thousand that wait, and wakes only whose task has moved', async () => {
    const log = new FakeEventLog();
    const gone = new AbortController();
    const events = new FollowEvents({ events: log, hints: log }, numbers, {
      pollMs: 20,
      heartbeatMs: 60_000,
      holdMs: 60_000,
    });
    const ids = Array.from({ length: 1_000 }, (_, i) => `task_${String(i)}` as TaskId);
    const pulls = ids.map((id) => events.run(id, 0, gone.signal).next());
    await eventually(() => log.asked.length >= 3);
    expect(new Set(log.asked)).toEqual(new Set([1_000]));
    expect(log.reads).toBe(1_000);
    log.append(ids[7]!, 'log');
    expect(await pulls[7]).toMatchObject({ value: { content: 1 } });
    expect(log.reads).toBe(1_001);
    gone.abort();
    await Promise.all(pulls);
    const rounds = log.asked.length;
    await delay(100);
    expect(log.asked.length).toBeLessThanOrEqual(rounds + 1);
  });

  it('asks once for a task that many follow', async () => {
    const log = new FakeEventLog();
    const gone = new AbortController();
    const events = new FollowEvents({ events: log, hints: log }, numbers, {
      pollMs: 5,
      heartbeatMs: 60_000,
      holdMs: 60_000,
    });
    const pulls = Array.from({ length: 10 }, () => events.run(ID, 0, gone.signal).next());
    await eventually(() => log.asked.length >= 2);
    expect(new Set(log.asked)).toEqual(new Set([1]));
    log.append(ID, 'log');
    for (const pull of pulls) expect(await pull).toMatchObject({ value: { content: 1 } });
    gone.abort();
  });

  it('reads and puts into form once for all who stand at the same event', async () => {
    const log = new FakeEventLog();
    const gone = new AbortController();
    let formed = 0;
    const once: ToPortions<number> = (events) => {
      if (events.length > 0) formed++;
      return numbers(events);
    };
    const events = new FollowEvents({ events: log, hints: log }, once);
    const followers = Array.from({ length: 100 }, () => events.run(ID, 0, gone.signal));
    for (let seq = 1; seq <= 5; seq++) {
      const pulls = followers.map((follower) => follower.next());
      await eventually(() => log.listeners(ID) === 100);
      log.append(ID, 'log');
      log.publish(ID);
      for (const pull of pulls) expect(await pull).toMatchObject({ value: { content: seq } });
    }
    // One more at the very start, that finds nothing.
    expect([formed, log.reads <= 11]).toEqual([5, true]);
    gone.abort();
  });

  it('lets nobody join a read that is under way, as that does not see what came last', async () => {
    const log = new FakeEventLog();
    const read = log.read.bind(log);
    const held = Promise.withResolvers();
    log.read = async (...args) => {
      const slice = await read(...args);
      if (log.reads === 1) await held.promise;
      return slice;
    };
    const events = new FollowEvents({ events: log, hints: log }, numbers, {
      pollMs: 60_000,
      heartbeatMs: 60_000,
      holdMs: 60_000,
    });
    const first = events.run(ID, 0, new AbortController().signal).next();
    await eventually(() => log.reads === 1);
    log.append(ID, 'log');
    const second = events.run(ID, 0, new AbortController().signal).next();
    expect(await second).toMatchObject({ value: { content: 1 } });
    log.publish(ID);
    held.resolve(null);
    expect(await first).toMatchObject({ value: { content: 1 } });
  });

  it('outlives polls that fail, and goes on when they work again', async () => {
    const log = new FakeEventLog();
    const heads = log.heads.bind(log);
    let failures = 0;
    log.heads = (ids) => (failures++ < 3 ? Promise.reject(new Error('away')) : heads(ids));
    const source = follow(log);
    const next = source.next();
    await eventually(() => failures >= 2);
    log.append(ID, 'log');
    expect(await next).toMatchObject({ value: { content: 1 } });
    await source.return();
  });

  it.each([
    ['ends', (log: FakeEventLog) => log.append(ID, 'task.finished')],
    ['is deleted', (log: FakeEventLog) => log.remove(ID)],
  ])('tells a reader that came with a number from the future when the task %s', async (_name, happen) => {
    const log = new FakeEventLog();
    log.append(ID, 'log');
    const source = new FollowEvents({ events: log, hints: log }, numbers, {
      pollMs: 5,
      heartbeatMs: 60_000,
      holdMs: 60_000,
    });
    const next = source.run(ID, 1_000, new AbortController().signal).next();
    await eventually(() => log.asked.length > 0);
    happen(log);
    expect(await next).toEqual({ done: false, value: { kind: 'end' } });
  });

  it('ends without `end` as soon as its reader is gone', async () => {
    const gone = new AbortController();
    const log = new FakeEventLog();
    const next = follow(log, { pollMs: 60_000, heartbeatMs: 60_000 }, gone.signal).next();
    gone.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(log.listeners(ID)).toBe(0);
  });
});
