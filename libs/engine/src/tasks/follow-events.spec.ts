import { describe, expect, it } from '@jest/globals';
import type { TaskId } from '@drydock/domain';
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

  it('sends heartbeats while nothing happens', async () => {
    const source = follow(new FakeEventLog(), { pollMs: 1, heartbeatMs: 2 });
    expect(await source.next()).toEqual({ done: false, value: { kind: 'heartbeat' } });
    expect(await source.next()).toEqual({ done: false, value: { kind: 'heartbeat' } });
    await source.return();
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
