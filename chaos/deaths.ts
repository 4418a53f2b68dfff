import type { CrashPoint } from '@drydock/domain';
import type { Journal } from './journal.ts';
import type { Slot } from './world/slot.ts';

/** A machine with much else to do may keep a process from starting. */
const MOST_STARTS = 5;
/** So that it does one thing at a time, and dies of that one. */
const ONE_AT_A_TIME = { DRYDOCK_WORKER_CONCURRENCY: '1', DRYDOCK_DELIVERY_CONCURRENCY: '1' };

/** Processes that die at crash points, each written down as the fault that it is. */
export class Deaths {
  readonly signals: Partial<Record<CrashPoint, NodeJS.Signals | null>> = {};
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Starts a worker and waits until it has died at the point. One that gives up before it works is started again. */
  async ofWorker(slot: Slot, point: CrashPoint): Promise<void> {
    for (let starts = 0; starts < MOST_STARTS; starts++) {
      slot.start({ ...ONE_AT_A_TIME, DRYDOCK_CRASH_POINT: point });
      await this.at(slot, point);
      if (this.signals[point] !== null) return;
    }
  }

  /** Waits for the death of a process that was started to die at the point. */
  async at(slot: Slot, point: CrashPoint): Promise<void> {
    const startedAt = Date.now();
    this.signals[point] = await slot.process.ended();
    this.#journal.faults.push({
      id: point,
      kind: `crash: ${point}`,
      target: slot.app === 'api' ? 'api' : slot.name,
      startedAt,
      endedAt: Date.now(),
      mayEnd: slot.app === 'api' ? [] : ['lost'],
      clockShiftMs: 0,
      hidesDatabase: false,
    });
  }
}
