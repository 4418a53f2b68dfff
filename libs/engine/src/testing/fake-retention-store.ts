import { randomBytes } from 'node:crypto';
import { isFinal, taskIdFrom, type SessionId, type TaskId } from '@drydock/domain';
import type { RetentionBatch, RetentionStore, TaskFiles } from '../ports/retention-store.ts';
import type { RetainedLook, RetainedTask, RetentionUnderTest } from './retention-under-test.ts';

const DAY_MS = 86_400_000;

interface Row extends RetainedTask {
  readonly id: TaskId;
  events: readonly string[];
  artifacts: Readonly<Record<string, number>>;
  hasSecret: boolean;
  logsDeleted: boolean;
  filesDeleted: boolean;
}

const isNeeded = ({ status, delivery }: Row): boolean =>
  !isFinal(status) || delivery === 'pending' || delivery === 'held';
const bytesOf = ({ artifacts, zipBytes = 0 }: Row): number =>
  Object.values(artifacts).reduce((sum, bytes) => sum + bytes, zipBytes);

/** Retention over a truth in memory. */
export class FakeRetentionStore implements RetentionStore, RetentionUnderTest {
  readonly store = this;
  readonly rival = this;
  /** Fails every step, as when PostgreSQL is away. */
  failure: Error | null = null;
  isHeld = false;
  readonly #tasks = new Map<TaskId, Row>();
  readonly #sessions = new Map<SessionId, { endedMsAgo: number; owns: TaskId | undefined }>();
  #keyAges: number[] = [];
  #entryAges: number[] = [];

  async addTask(task: RetainedTask): Promise<TaskId> {
    const id = taskIdFrom(Date.now(), randomBytes(16));
    const rest = { events: [], artifacts: {}, hasSecret: false, logsDeleted: false, filesDeleted: false };
    this.#tasks.set(id, { ...rest, ...task, id });
    return id;
  }

  async addIdempotencyKey(ageMs: number): Promise<void> {
    this.#keyAges.push(ageMs);
  }

  async addAuditEntry(ageMs: number): Promise<void> {
    this.#entryAges.push(ageMs);
  }

  async addSession(endedMsAgo: number, owns?: TaskId): Promise<SessionId> {
    const id = `w:${randomBytes(4).toString('hex')}` as SessionId;
    this.#sessions.set(id, { endedMsAgo, owns });
    return id;
  }

  async look(id: TaskId): Promise<RetainedLook> {
    const { logsDeleted, filesDeleted, events, artifacts, hasSecret } = this.#tasks.get(id)!;
    const left = events.flatMap((type, i) =>
      type === 'log' && logsDeleted ? [] : [`${String(i + 1)} ${type}`],
    );
    return { logsDeleted, filesDeleted, events: left, artifacts: Object.keys(artifacts).sort(), hasSecret };
  }

  async sessions(): Promise<SessionId[]> {
    return [...this.#sessions.keys()].sort();
  }

  async exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    if (this.isHeld) return null;
    this.isHeld = true;
    try {
      return await work(new AbortController().signal);
    } finally {
      this.isHeld = false;
    }
  }

  async deleteLogEvents(batch: RetentionBatch): Promise<{ tasks: number; events: number }> {
    const due = this.#ended(batch.olderThanMs)
      .filter((row) => !row.logsDeleted)
      .slice(0, batch.limit);
    for (const row of due) row.logsDeleted = true;
    const events = due.flatMap((row) => row.events).filter((type) => type === 'log').length;
    return { tasks: due.length, events };
  }

  async withdrawFiles({ olderThanMs, limit }: RetentionBatch): Promise<TaskId[]> {
    return this.#withdraw(this.#removable(olderThanMs).slice(0, limit));
  }

  async withdrawFilesAbove(keepBytes: number, limit: number): Promise<TaskId[]> {
    let total = [...this.#tasks.values()].reduce(
      (sum, row) => sum + (row.filesDeleted ? 0 : bytesOf(row)),
      0,
    );
    const chosen: Row[] = [];
    for (const row of this.#removable(0).filter((each) => bytesOf(each) > 0)) {
      if (total <= keepBytes || chosen.length === limit) break;
      chosen.push(row);
      total -= bytesOf(row);
    }
    return this.#withdraw(chosen);
  }

  async taskFiles(ids: readonly string[]): Promise<TaskFiles[]> {
    this.#check();
    return [...this.#tasks.values()]
      .filter(({ id }) => ids.includes(id))
      .map((row) => ({
        id: row.id,
        isLive: isNeeded(row),
        isDeleted: row.filesDeleted,
        artifacts: Object.keys(row.artifacts),
      }));
  }

  async deleteIdempotencyKeys(limit: number): Promise<number> {
    this.#check();
    const old = this.#keyAges.filter((ageMs) => ageMs >= DAY_MS).slice(0, limit);
    this.#keyAges = this.#keyAges.filter((ageMs) => ageMs < DAY_MS);
    return old.length;
  }

  async deleteSessions({ olderThanMs, limit }: RetentionBatch): Promise<number> {
    this.#check();
    const gone = [...this.#sessions]
      .filter(([, { endedMsAgo, owns }]) => endedMsAgo >= olderThanMs && owns === undefined)
      .slice(0, limit);
    for (const [id] of gone) this.#sessions.delete(id);
    return gone.length;
  }

  async deleteAuditEntries({ olderThanMs, limit }: RetentionBatch): Promise<number> {
    this.#check();
    const isOld = (ageMs: number): boolean => ageMs >= olderThanMs;
    const before = this.#entryAges;
    const gone = before.flatMap((ageMs, at) => (isOld(ageMs) ? [at] : [])).slice(0, limit);
    this.#entryAges = before.filter((_age, at) => !gone.includes(at));
    return gone.length;
  }

  async deleteStraySecrets(limit: number): Promise<number> {
    this.#check();
    const stray = [...this.#tasks.values()].filter((row) => row.hasSecret && !isNeeded(row)).slice(0, limit);
    for (const row of stray) row.hasSecret = false;
    return stray.length;
  }

  #check(): void {
    if (this.failure) throw this.failure;
  }

  #ended(olderThanMs: number): Row[] {
    this.#check();
    return [...this.#tasks.values()]
      .filter(({ status, endedMsAgo }) => isFinal(status) && (endedMsAgo ?? -1) >= olderThanMs)
      .sort((a, b) => (b.endedMsAgo ?? 0) - (a.endedMsAgo ?? 0));
  }

  #removable(olderThanMs: number): Row[] {
    const sources = [...this.#tasks.values()].filter(({ status }) => !isFinal(status));
    return this.#ended(olderThanMs).filter(
      (row) => !row.filesDeleted && !isNeeded(row) && !sources.some(({ retryOf }) => retryOf === row.id),
    );
  }

  #withdraw(rows: readonly Row[]): TaskId[] {
    for (const row of rows) {
      row.filesDeleted = true;
      row.artifacts = {};
    }
    return rows.map(({ id }) => id);
  }
}
