import type { TaskEvent } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { EventHead, EventHints, EventLog, EventSlice } from '../ports/event-log.ts';

/** A history in memory; `task.finished` ends it. Also counts its statements, and hints by hand. */
export class FakeEventLog implements EventLog, EventHints {
  reads = 0;
  /** How many tasks each call of `heads` asked for. */
  readonly asked: number[] = [];
  readonly #events = new Map<TaskId, TaskEvent[]>();
  readonly #removed = new Set<TaskId>();
  readonly #listeners = new Map<TaskId, Set<() => void>>();

  async read(taskId: TaskId, after: number, limit: number): Promise<EventSlice> {
    this.reads++;
    if (this.#removed.has(taskId)) return { events: [], more: false };
    const all = this.#events.get(taskId) ?? [];
    const events = all.filter(({ seq }) => seq > after).slice(0, limit);
    const last = events.at(-1)?.seq ?? after;
    const isOver = all.at(-1)?.type === 'task.finished' && last >= all.length;
    return { events, more: !isOver };
  }

  heads(taskIds: readonly TaskId[]): Promise<ReadonlyMap<TaskId, EventHead>> {
    this.asked.push(taskIds.length);
    const heads = new Map<TaskId, EventHead>();
    for (const id of taskIds.filter((each) => !this.#removed.has(each))) {
      const last = this.#events.get(id)?.at(-1);
      heads.set(id, { lastSeq: last?.seq ?? 0, isFinal: last?.type === 'task.finished' });
    }
    return Promise.resolve(heads);
  }

  /** As if the task had never been. */
  remove(taskId: TaskId): void {
    this.#removed.add(taskId);
  }

  /** Gives the next `seq`; says nothing until `publish`. */
  append(taskId: TaskId, type: TaskEvent['type'], payload: Record<string, unknown> = {}): void {
    const all = this.#events.get(taskId) ?? [];
    const at = new Date(1_700_000_000_000 + all.length).toISOString();
    all.push({ seq: all.length + 1, at, attempt: null, type, v: 1, ...payload });
    this.#events.set(taskId, all);
  }

  publish(taskId: TaskId): void {
    for (const onHint of this.#listeners.get(taskId) ?? []) onHint();
  }

  subscribe(taskId: TaskId, onHint: () => void): () => void {
    const listeners = this.#listeners.get(taskId) ?? new Set();
    this.#listeners.set(taskId, listeners.add(onHint));
    return () => listeners.delete(onHint);
  }

  listeners(taskId: TaskId): number {
    return this.#listeners.get(taskId)?.size ?? 0;
  }
}
