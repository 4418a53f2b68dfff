import { AppError, isFinal, type TaskId, type TeamId } from '@drydock/domain';
import { queuedTask } from '../ports/queued-task.ts';
import type { NewTask, StoredArtifact, TaskRecord } from '../ports/task-record.ts';
import type { Idempotency, TaskFilter, TaskStore } from '../ports/task-store.ts';

const holds = (texts: readonly (string | undefined)[], part: string | undefined): boolean =>
  part === undefined || texts.some((text) => text?.toLowerCase().includes(part.toLowerCase()));

const offsetOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  if (!/^o\d+$/.test(cursor)) throw new AppError('invalid_request', 'The cursor is none of ours.');
  return Number(cursor.slice(1));
};

/** Tasks in memory, with `change` to play the worker. */
export class FakeTaskStore implements TaskStore {
  readonly submitted: NewTask[] = [];
  readonly #tasks = new Map<TaskId, TaskRecord>();
  readonly #keys = new Map<string, { bodyHash: string; id: TaskId }>();
  readonly #artifacts = new Map<TaskId, StoredArtifact[]>();

  async submit(
    task: NewTask,
    idempotency: Idempotency | null,
  ): Promise<{ task: TaskRecord; replayed: boolean }> {
    const key = idempotency && [task.teamId, idempotency.route, idempotency.key].join('\n');
    const earlier = key === null ? undefined : this.#keys.get(key);
    if (earlier) {
      if (earlier.bodyHash !== idempotency?.bodyHash)
        throw new AppError('idempotency_mismatch', 'The Idempotency-Key was used with another body.');
      return { task: this.#known(earlier.id), replayed: true };
    }
    if (key !== null && idempotency) this.#keys.set(key, { bodyHash: idempotency.bodyHash, id: task.id });
    this.submitted.push(task);
    this.#tasks.set(task.id, queuedTask(task, new Date()));
    return { task: this.#known(task.id), replayed: false };
  }

  async get(teamId: TeamId, id: TaskId): Promise<TaskRecord | null> {
    const task = this.#tasks.get(id);
    return task?.teamId === teamId ? task : null;
  }

  async list(teamId: TeamId, filter: TaskFilter): Promise<{ items: TaskRecord[]; next: string | null }> {
    const fitting = [...this.#tasks.values()]
      .reverse()
      .filter(
        (task) =>
          task.teamId === teamId &&
          (filter.status === undefined || task.status === filter.status) &&
          (filter.outcome === undefined || task.outcome === filter.outcome) &&
          holds([task.request.source?.git?.url], filter.repository) &&
          holds([task.request.description, task.id], filter.search) &&
          filter.labels.every(([key, value]) => task.request.labels[key] === value),
      );
    const start = offsetOf(filter.cursor);
    const end = start + filter.limit;
    return { items: fitting.slice(start, end), next: end < fitting.length ? `o${String(end)}` : null };
  }

  async cancel(teamId: TeamId, id: TaskId): Promise<{ task: TaskRecord; ended: boolean } | null> {
    const task = await this.get(teamId, id);
    if (task === null) return null;
    if (isFinal(task.status)) return { task, ended: false };
    const cancelled = { status: 'cancelled', outcome: 'cancelled', finishedAt: new Date() } as const;
    const ended = task.status === 'queued';
    return { task: this.change(id, ended ? cancelled : { cancelRequested: true }), ended };
  }

  async artifacts(teamId: TeamId, id: TaskId): Promise<StoredArtifact[]> {
    return (await this.get(teamId, id)) ? (this.#artifacts.get(id) ?? []) : [];
  }

  change(id: TaskId, change: Partial<TaskRecord>): TaskRecord {
    const changed = { ...this.#known(id), ...change };
    this.#tasks.set(id, changed);
    return changed;
  }

  addArtifact(id: TaskId, artifact: StoredArtifact): void {
    this.#artifacts.set(id, [...(this.#artifacts.get(id) ?? []), artifact]);
  }

  #known(id: TaskId): TaskRecord {
    const task = this.#tasks.get(id);
    if (!task) throw new Error(`no task ${id}`);
    return task;
  }
}
