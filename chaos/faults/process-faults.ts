import { setTimeout as delay } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { CRASH_POINTS, type CrashPoint } from '@drydock/domain';
import type { Slot } from '../world/slot.ts';
import { withSlot, type Fault } from './fault.ts';

const HOUR_MS = 3_600_000;

const wait = (seconds: number): Promise<void> => delay(seconds * 1_000);

const pointsOf = (...parts: readonly string[]): readonly CrashPoint[] =>
  CRASH_POINTS.filter((name) => parts.some((part) => name.startsWith(`${part}.`)));

/** Met by an api that a client talks to, and by one that a code host talks to. */
export const CLIENT_POINTS = pointsOf('submit', 'cancel');
export const WEBHOOK_POINTS = pointsOf('webhook');
/** Met by a worker at a code host: when it takes what came from there, tells of it, and delivers. */
export const INBOUND_POINTS = pointsOf('inbound');
export const TELLING_POINTS = pointsOf('telling');
export const DELIVERY_POINTS = pointsOf('delivery');
const API_POINTS = [...CLIENT_POINTS, ...WEBHOOK_POINTS];
const FORGE_POINTS = [...INBOUND_POINTS, ...TELLING_POINTS, ...DELIVERY_POINTS];
/** Met by a worker that runs tasks. */
export const TASK_POINTS = CRASH_POINTS.filter(
  (name) => !API_POINTS.includes(name) && !FORGE_POINTS.includes(name),
);
const WORKER_POINTS = [...TASK_POINTS, ...FORGE_POINTS];

/** A process that is to die at the point, until it has or the time is over; then a sound one in its place. */
const crashAt = async (slot: Slot, point: CrashPoint, seconds: number): Promise<void> => {
  await slot.process.killHard();
  await slot.startAndWait({ DRYDOCK_CRASH_POINT: point });
  await Promise.race([slot.process.ended(), wait(seconds)]);
  if (!slot.process.hasExited) await slot.process.killHard();
  await slot.startAndWait();
};

const freeze = async (slot: Slot, seconds: number): Promise<void> => {
  slot.process.signal('SIGSTOP');
  await wait(seconds);
  slot.process.signal('SIGCONT');
};

const killAndStart = async (slot: Slot, seconds: number): Promise<void> => {
  await slot.process.killHard();
  await wait(seconds);
  await slot.startAndWait();
};

/** What a worker says that found no database to hand its attempts back to: its end is bounded, so their lease must end. */
const COULD_NOT_HAND_BACK = 'the session could not be closed';

/** SIGTERM, the whole drain, and the same worker again. @returns whether it could hand back what it still ran. */
const drain = async (slot: Slot): Promise<boolean> => {
  const { process } = slot;
  await process.stop(60_000);
  await slot.startAndWait();
  return !process.output.includes(COULD_NOT_HAND_BACK);
};

const shiftClock = async (slot: Slot, file: string, shiftMs: number): Promise<void> => {
  await writeFile(file, String(shiftMs));
  slot.process.signal('SIGUSR2');
};

const pointOf = (points: readonly CrashPoint[], pick: number): CrashPoint =>
  points[Math.floor(((pick * 1_000) % 1) * points.length)] ?? 'claim.after';

/** Faults of workers. */
export const WORKER_FAULTS: readonly Fault[] = [
  {
    kind: 'worker killed',
    weight: 4,
    seconds: [0, 6],
    mayEnd: ['lost'],
    strike: ({ workers }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        await killAndStart(slot, seconds);
        return { target: slot.name };
      }),
  },
  {
    kind: 'worker frozen',
    weight: 4,
    seconds: [6, 20],
    mayEnd: ['lost'],
    hidesDatabase: true,
    strike: ({ workers }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        await freeze(slot, seconds);
        return { target: slot.name };
      }),
  },
  {
    kind: 'worker drained',
    weight: 2,
    seconds: [0, 0],
    mayEnd: ['handed_back'],
    strike: ({ workers }, { pick }) =>
      withSlot(workers, pick, async (slot) => {
        const couldHandBack = await drain(slot);
        if (couldHandBack) return { target: slot.name };
        return { target: slot.name, detail: 'no database to hand back to', mayAlsoEnd: ['lost'] };
      }),
  },
  {
    kind: 'worker crashed at a point',
    weight: 6,
    seconds: [20, 30],
    mayEnd: ['lost'],
    strike: ({ workers }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        const point = pointOf(WORKER_POINTS, pick);
        await crashAt(slot, point, seconds);
        return { target: slot.name, detail: point };
      }),
  },
  {
    kind: 'clock jump',
    weight: 1,
    seconds: [5, 15],
    mayEnd: [],
    strike: ({ workers, places }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        const clockShiftMs = (pick * 100) % 1 < 0.5 ? HOUR_MS : -HOUR_MS;
        const file = places.clockFile(slot.name);
        await shiftClock(slot, file, clockShiftMs);
        await wait(seconds);
        await shiftClock(slot, file, 0);
        return { target: slot.name, clockShiftMs };
      }),
  },
  {
    kind: 'network of a worker cut',
    weight: 3,
    seconds: [3, 18],
    mayEnd: ['lost'],
    hidesDatabase: true,
    strike: ({ workers }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        slot.cut(slot.networks);
        await wait(seconds);
        slot.restore(slot.networks);
        return { target: slot.name };
      }),
  },
  {
    kind: 'network of a worker silent',
    weight: 2,
    seconds: [3, 18],
    mayEnd: ['lost'],
    hidesDatabase: true,
    strike: ({ workers }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        for (const network of slot.networks) network.pause();
        await wait(seconds);
        for (const network of slot.networks) network.resume();
        return { target: slot.name };
      }),
  },
  {
    kind: 'network of a worker slow',
    weight: 2,
    seconds: [5, 20],
    mayEnd: [],
    strike: ({ workers }, { pick, seconds }) =>
      withSlot(workers, pick, async (slot) => {
        for (const network of slot.networks) network.delay(150);
        await wait(seconds);
        for (const network of slot.networks) network.delay(0);
        return { target: slot.name };
      }),
  },
];

/** Faults of the api. No attempt takes notice of them. */
export const API_FAULTS: readonly Fault[] = [
  {
    kind: 'api killed',
    weight: 3,
    seconds: [0, 3],
    mayEnd: [],
    strike: ({ apis }, { pick, seconds }) =>
      withSlot(apis, pick, async (slot) => {
        await killAndStart(slot, seconds);
        return { target: 'api' };
      }),
  },
  {
    kind: 'api frozen',
    weight: 1,
    seconds: [2, 12],
    mayEnd: [],
    strike: ({ apis }, { pick, seconds }) =>
      withSlot(apis, pick, async (slot) => {
        await freeze(slot, seconds);
        return { target: 'api' };
      }),
  },
  {
    kind: 'api restarted',
    weight: 1,
    seconds: [0, 0],
    mayEnd: [],
    strike: ({ apis }, { pick }) =>
      withSlot(apis, pick, async (slot) => {
        await drain(slot);
        return { target: 'api' };
      }),
  },
  {
    kind: 'api crashed at a point',
    weight: 3,
    seconds: [10, 20],
    mayEnd: [],
    strike: ({ apis }, { pick, seconds }) =>
      withSlot(apis, pick, async (slot) => {
        const point = pointOf(API_POINTS, pick);
        await crashAt(slot, point, seconds);
        return { target: 'api', detail: point };
      }),
  },
];
