import { describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
import { eventually } from '@drydock/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeEventLog } from '../testing/fake-event-log.ts';
import { FollowEvents, type Followed, type FollowTimes } from './follow-events.ts';

const ID = 'task_1' as TaskId;
const seqs = (followed: readonly Followed[]): (number | string)[] =>
  followed.map((one) => (one.kind === 'event' ? one.event.seq : one.kind));

const follow = (log: FakeEventLog, times: Partial<FollowTimes> = {}, signal = new AbortController().signal) =>
  new FollowEvents(log, log, { pollMs: 5, heartbeatMs: 60_000, holdMs: 60_000, ...times }).run(ID, 0, signal);

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
    const got: Followed[] = [];
    for await (const one of follow(log, { pollMs: 60_000, heartbeatMs: 60_000 })) got.push(one);
    expect(seqs(got)).toEqual([1, 2, 3, 'end']);
  });

  it('reads no further than its consumer pulls', async () => {
    const log = new FakeEventLog();
    for (let i = 0; i < 500; i++) log.append(ID, 'log');
    const source = follow(log);
    await source.next();
    expect(log.reads).toBe(1);
    await source.return();
    expect(log.listeners(ID)).toBe(0);
  });

  it('forgets what it read ahead for a consumer that stalls, and goes on without loss or repeat', async () => {
    const log = new FakeEventLog();
    for (let i = 0; i < 12; i++) log.append(ID, 'log');
    log.append(ID, 'task.finished');
    const source = follow(log, { holdMs: 20 });
    const got: Followed[] = [];
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
    const events = new FollowEvents(log, log, { pollMs: 20, heartbeatMs: 60_000, holdMs: 60_000 });
    const ids = Array.from({ length: 1_000 }, (_, i) => `task_${String(i)}` as TaskId);
    const pulls = ids.map((id) => events.run(id, 0, gone.signal).next());
    await eventually(() => log.asked.length >= 3);
    expect(new Set(log.asked)).toEqual(new Set([1_000]));
    expect(log.reads).toBe(1_000);
    log.append(ids[7]!, 'log');
    expect(await pulls[7]).toMatchObject({ value: { event: { seq: 1 } } });
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
    const events = new FollowEvents(log, log, { pollMs: 5, heartbeatMs: 60_000, holdMs: 60_000 });
    const pulls = Array.from({ length: 10 }, () => events.run(ID, 0, gone.signal).next());
    await eventually(() => log.asked.length >= 2);
    expect(new Set(log.asked)).toEqual(new Set([1]));
    log.append(ID, 'log');
    for (const pull of pulls) expect(await pull).toMatchObject({ value: { event: { seq: 1 } } });
    gone.abort();
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
    expect(await next).toMatchObject({ value: { event: { seq: 1 } } });
    await source.return();
  });

  it.each([
    ['ends', (log: FakeEventLog) => log.append(ID, 'task.finished')],
    ['is deleted', (log: FakeEventLog) => log.remove(ID)],
  ])('tells a reader that came with a number from the future when the task %s', async (_name, happen) => {
    const log = new FakeEventLog();
    log.append(ID, 'log');
    const source = new FollowEvents(log, log, { pollMs: 5, heartbeatMs: 60_000, holdMs: 60_000 });
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
