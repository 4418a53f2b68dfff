import { AppError, type SessionId, type TaskId } from '@drydock/domain';
import type { ClaimedTelling, ConversationStore, TellingFence, Told } from '../ports/conversation-store.ts';
import type { ForgeRepository } from '../ports/forge.ts';
import type { TriggerOrigin } from '../ports/inbound-store.ts';
import type { TaskFailure, TaskRecord } from '../ports/task-record.ts';

interface Entry {
  task: TaskRecord;
  readonly origin: TriggerOrigin;
  readonly repository: ForgeRepository;
  lastSeq: number;
  toldSeq: number;
  stickyId: number | null;
  shown: string | null;
  isOver: boolean;
  failures: number;
  attempts: number;
  session: SessionId | null;
  notBefore: number;
  error: TaskFailure | null;
}

/** What triggers have been told, in memory. `advance` lets time pass, `endLease` a session die. */
export class FakeConversationStore implements ConversationStore {
  readonly #entries = new Map<TaskId, Entry>();
  readonly #dead = new Set<SessionId>();
  #nowMs = 0;

  /** A task that somebody asked for at a code host. */
  add(task: TaskRecord, repository: ForgeRepository, origin: TriggerOrigin): void {
    const fresh = { lastSeq: 1, toldSeq: 0, stickyId: null, shown: null, isOver: false, failures: 0 };
    const free = { attempts: 0, session: null, notBefore: 0, error: null };
    this.#entries.set(task.id, { task, origin, repository, ...fresh, ...free });
  }

  /** The task goes on, by one event. */
  change(id: TaskId, change: Partial<TaskRecord>): void {
    const entry = this.#known(id);
    entry.task = { ...entry.task, ...change };
    entry.lastSeq++;
  }

  look(id: TaskId): Pick<Entry, 'stickyId' | 'isOver' | 'error' | 'failures'> {
    const { stickyId, isOver, error, failures } = this.#known(id);
    return { stickyId, isOver, error, failures };
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  endLease(session: SessionId): void {
    this.#dead.add(session);
  }

  async claimNext(session: SessionId, held: readonly TaskId[]): Promise<ClaimedTelling | null> {
    if (this.#dead.has(session)) throw new AppError('lease_lost', 'The session has ended.');
    const [entry] = this.#due(session, held);
    if (entry === undefined) return null;
    entry.session = session;
    entry.attempts++;
    const { task, origin, repository, stickyId, shown, failures, lastSeq: seq } = entry;
    const fence = { taskId: task.id, attempt: entry.attempts, sessionId: session };
    return { fence, task, seq, origin, repository, stickyId, shown, failures };
  }

  async countDue(session: SessionId, held: readonly TaskId[], atMost: number): Promise<number> {
    return Math.min(atMost, this.#due(session, held).length);
  }

  async noteSticky(fence: TellingFence, stickyId: number): Promise<void> {
    const entry = this.#fenced(fence);
    if (entry.session === null) throw lost();
    entry.stickyId = stickyId;
  }

  async settle(fence: TellingFence, { seq, shown, isOver, restMs }: Told): Promise<void> {
    const entry = this.#fenced(fence);
    if (entry.session === null) return;
    const notBefore = this.#nowMs + restMs;
    Object.assign(entry, { toldSeq: seq, shown, isOver, session: null, failures: 0, error: null, notBefore });
  }

  async postpone(fence: TellingFence, error: TaskFailure, delayMs: number | null): Promise<void> {
    const entry = this.#fenced(fence);
    if (entry.session === null) return;
    const notBefore = this.#nowMs + (delayMs ?? 0);
    const failures = entry.failures + 1;
    Object.assign(entry, { error, failures, isOver: delayMs === null, session: null, notBefore });
  }

  #due(session: SessionId, held: readonly TaskId[]): Entry[] {
    const isFree = ({ task, session: has }: Entry): boolean =>
      has === null || this.#dead.has(has) || (has === session && !held.includes(task.id));
    return [...this.#entries.values()]
      .filter((one) => !one.isOver && one.toldSeq < one.lastSeq && one.notBefore <= this.#nowMs)
      .filter(isFree)
      .sort((a, b) => a.notBefore - b.notBefore);
  }

  /** With no session: this very try has put it down already. */
  #fenced({ taskId, attempt, sessionId }: TellingFence): Entry {
    const entry = this.#known(taskId);
    if (entry.attempts !== attempt || (entry.session !== null && entry.session !== sessionId)) throw lost();
    return entry;
  }

  #known(id: TaskId): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`no conversation about ${id}`);
    return entry;
  }
}

const lost = (): AppError => new AppError('lease_lost', 'Somebody else tells of this task now.');
