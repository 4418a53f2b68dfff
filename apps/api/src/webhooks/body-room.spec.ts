import { beforeEach, describe, expect, it } from '@jest/globals';
import { BodyRoom, type Seat } from './body-room.ts';

const WAIT_MS = 50;

let room: BodyRoom;
let seats: Seat[];
beforeEach(async () => {
  room = new BodyRoom({ seats: 2, waitMs: WAIT_MS, sendMs: 1_000 });
  seats = [room.seat(), room.seat()];
  for (const seat of seats) await seat.take();
});

describe('BodyRoom', () => {
  it('sends away whoever waited in vain, and says when to come back', async () => {
    const startedAt = performance.now();
    await expect(room.seat().take()).rejects.toMatchObject({
      code: 'service_unavailable',
      retryAfterSeconds: 10,
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(WAIT_MS - 5);
  });

  it('gives a seat that is left to whoever has waited for longest', async () => {
    const order: string[] = [];
    const [first, second] = [room.seat(), room.seat()];
    const both = [
      first.take().then(() => order.push('first')),
      second.take().then(() => order.push('second')),
    ];
    seats[0]?.leave();
    await both[0];
    expect(order).toEqual(['first']);
    first.leave();
    await both[1];
    expect(order).toEqual(['first', 'second']);
  });

  it('counts a seat once, however often it is taken or left', async () => {
    await seats[0]?.take();
    seats[0]?.leave();
    seats[0]?.leave();
    await room.seat().take();
    await expect(room.seat().take()).rejects.toThrow();
  });

  it('counts nobody who never needed a seat or got none', async () => {
    room.seat().leave();
    const late = room.seat();
    await expect(late.take()).rejects.toThrow();
    late.leave();
    await expect(room.seat().take()).rejects.toThrow();
    for (const seat of seats) seat.leave();
    await Promise.all([room.seat().take(), room.seat().take()]);
  });
});
