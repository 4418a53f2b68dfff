import type { TaskEvent } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { EventHints, EventLog, EventSlice } from '../ports/event-log.ts';

/** A history in memory; `task.finished` ends it. Also counts reads, and hints by hand. */
export class FakeEventLog implements EventLog, EventHints {
  reads = 0;
  readonly #events = new Map<TaskId, TaskEvent[]>();
  readonly #listeners = new Map<TaskId, Set<() => void>>();

  async read(taskId: TaskId, after: number, limit: number): Promise<EventSlice> {
    this.reads++;
    const all = this.#events.get(taskId) ?? [];
    const events = all.filter(({ seq }) => seq > after).slice(0, limit);
    const last = events.at(-1)?.seq ?? after;
    const isOver = all.at(-1)?.type === 'task.finished' && last >= all.length;
    return { events, more: !isOver };
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
