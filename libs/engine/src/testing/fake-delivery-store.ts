import { randomBytes } from 'node:crypto';
import {
  AppError,
  deliveryAfterTask,
  isFinal,
  NO_USAGE,
  pullRequestDeliveryId,
  statusOf,
  type DeliveryId,
  type SessionId,
  type TaskId,
  type TeamId,
} from '@drydock/domain';
import { TaskRequest } from '@drydock/contracts';
import { queuedTask } from '../ports/queued-task.ts';
import type {
  ClaimedDelivery,
  DeliveryEnd,
  DeliveryFence,
  DeliveryFound,
  DeliveryState,
  DeliveryStore,
  LateOrder,
  Postponement,
  PullRequestOrder,
} from '../ports/delivery-store.ts';
import type { TaskFailure, TaskRecord } from '../ports/task-record.ts';
import type { DeliveredTask, DeliveriesUnderTest, DeliveryLook, TaskEnd } from './deliveries-under-test.ts';
import { aNewTask } from './stores-under-test.ts';

interface Row {
  readonly id: DeliveryId;
  readonly taskId: TaskId;
  order: PullRequestOrder;
  found: DeliveryFound;
  state: DeliveryState;
  error: TaskFailure | null;
  attempt: number;
  failures: number;
  session: SessionId | null;
  /** Null: the task has not ended. */
  dueAt: number | null;
}

interface Kept {
  task: TaskRecord;
  token: string | null;
  patchBytes: number;
  events: string[];
}

const lost = (): AppError => new AppError('lease_lost', 'The delivery is another worker’s.');
const unavailable = (detail: string): AppError => new AppError('delivery_not_available', detail);

/** Deliveries in memory, with the tasks and sessions that they need. */
export class FakeDeliveryStore implements DeliveryStore, DeliveriesUnderTest {
  readonly deliveries = this;
  /** Thrown by the next calls that write, one each, after they took effect. */
  readonly lostAnswers: Error[] = [];
  readonly #rows = new Map<DeliveryId, Row>();
  readonly #tasks = new Map<TaskId, Kept>();
  readonly #sessions = new Set<SessionId>();
  readonly #mayEditWorkflows = new Set<TeamId>();

  async addTeam(): Promise<TeamId> {
    return `team_${randomBytes(4).toString('hex')}` as TeamId;
  }

  async allowWorkflows(teamId: TeamId): Promise<void> {
    this.#mayEditWorkflows.add(teamId);
  }

  async openSession(id = `w:${randomBytes(4).toString('hex')}` as SessionId): Promise<SessionId> {
    this.#sessions.add(id);
    return id;
  }

  async closeSession(session: SessionId): Promise<void> {
    this.#takeBack(session, 0);
  }

  async loseSession(session: SessionId): Promise<void> {
    this.#takeBack(session, 1);
  }

  async submit(teamId: TeamId, { order = null, token, isZip }: DeliveredTask = {}): Promise<TaskId> {
    const base = aNewTask(teamId, {}, { pullRequest: order });
    const request = isZip === true ? TaskRequest.parse({ description: 'x' }) : base.request;
    const task = queuedTask({ ...base, request }, new Date());
    this.#tasks.set(task.id, { task, token: token ?? null, patchBytes: 0, events: ['task.queued'] });
    if (order !== null) this.#add(task.id, order, null);
    return task.id;
  }

  /** Whatever a spec needs of the task besides. */
  changeTask(taskId: TaskId, change: Partial<TaskRecord>): void {
    const kept = this.#kept(taskId);
    kept.task = { ...kept.task, ...change };
  }

  changeOrder(taskId: TaskId, change: Partial<PullRequestOrder>): void {
    const row = this.#row(taskId);
    row.order = { ...row.order, ...change };
  }

  task(taskId: TaskId): TaskRecord {
    return this.#record(taskId);
  }

  /** In a row. */
  failures(taskId: TaskId): number {
    return this.#row(taskId).failures;
  }

  /** What was found so far. */
  found(id: DeliveryId): DeliveryFound {
    return this.#rows.get(id)?.found ?? {};
  }

  async end(taskId: TaskId, end: TaskEnd): Promise<void> {
    await this.endUnnoticed(taskId, end);
    await this.releaseForgotten();
  }

  async endUnnoticed(taskId: TaskId, { outcome, verify = [], patchBytes = 5 }: TaskEnd): Promise<void> {
    const kept = this.#kept(taskId);
    const isGit = kept.task.request.source?.git !== undefined;
    const finishedAt = new Date();
    const attempt = { number: 1, workerId: 'w', startedAt: finishedAt, finishedAt, outcome };
    this.changeTask(taskId, {
      ...{ status: statusOf(outcome), outcome, verify, finishedAt, attempts: [attempt], usage: NO_USAGE },
      base: { ref: isGit ? 'main' : null, commit: isGit ? 'c0'.repeat(20) : null, tree: '7e'.repeat(20) },
      resultTree: 'b7'.repeat(20),
    });
    kept.patchBytes = patchBytes;
    kept.events.push('task.finished');
    if (!this.#isNeeded(taskId)) kept.token = null;
  }

  async withdrawFiles(taskId: TaskId): Promise<void> {
    this.changeTask(taskId, { filesDeletedAt: new Date() });
  }

  async look(_teamId: TeamId, taskId: TaskId): Promise<DeliveryLook> {
    const { token, events } = this.#kept(taskId);
    const after = events.slice(events.indexOf('task.finished') + 1);
    return {
      deliveries: this.#record(taskId).deliveries,
      events: after,
      seqs: events.map((_event, i) => i + 1),
      hasToken: token !== null,
    };
  }

  async makeDue(): Promise<void> {
    for (const row of this.#rows.values()) if (row.dueAt !== null) row.dueAt = 0;
  }

  async claimNext(session: SessionId, held: readonly DeliveryId[]): Promise<ClaimedDelivery | null> {
    if (!this.#sessions.has(session)) throw lost();
    const [row] = this.#due(session, held);
    if (row === undefined) return null;
    row.attempt += 1;
    row.session = session;
    const task = this.#record(row.taskId);
    const { attempt, failures, order, found } = row;
    const claim = {
      fence: { deliveryId: row.id, attempt, sessionId: session },
      ...{ failures, order, found, task },
      sourceToken: this.#kept(row.taskId).token,
      mayEditWorkflows: this.#mayEditWorkflows.has(task.teamId),
    };
    this.#loseAnswer();
    return claim;
  }

  async countDue(session: SessionId, held: readonly DeliveryId[], atMost: number): Promise<number> {
    return Math.min(atMost, this.#due(session, held).length);
  }

  async noteFound(fence: DeliveryFence, found: DeliveryFound): Promise<void> {
    const row = this.#fenced(fence);
    row.found = { ...row.found, ...found };
    this.#loseAnswer();
  }

  async finish(fence: DeliveryFence, end: DeliveryEnd): Promise<void> {
    if (this.#isTold(fence)) return;
    const row = this.#fenced(fence);
    Object.assign(row, { state: end.state, error: end.error, session: null, failures: 0 });
    const kept = this.#kept(row.taskId);
    kept.events.push(...(end.notices ?? []).map(({ code }) => `notice ${code}`));
    kept.events.push(`delivery.changed ${end.state}`);
    if (!this.#isNeeded(row.taskId)) kept.token = null;
    this.#loseAnswer();
  }

  async postpone(fence: DeliveryFence, { delayMs, error, isFailure }: Postponement): Promise<void> {
    if (this.#isTold(fence)) return;
    const row = this.#fenced(fence);
    row.failures += isFailure ? 1 : 0;
    Object.assign(row, { session: null, error, dueAt: Date.now() + delayMs });
    this.#loseAnswer();
  }

  async order(teamId: TeamId, taskId: TaskId, { order, sourceToken }: LateOrder): Promise<DeliveryId> {
    const kept = this.#tasks.get(taskId);
    if (kept?.task.teamId !== teamId) throw new AppError('not_found', 'There is no such task.');
    const id = pullRequestDeliveryId(taskId);
    if (this.#rows.has(id)) return id;
    this.#refuse(kept, order);
    this.#add(taskId, order, Date.now());
    kept.token = sourceToken ?? kept.token;
    kept.events.push('delivery.changed pending');
    return id;
  }

  async retry(teamId: TeamId, id: DeliveryId, sourceToken: string | null): Promise<TaskId> {
    const row = this.#rows.get(id);
    const kept = row && this.#tasks.get(row.taskId);
    if (row === undefined || kept?.task.teamId !== teamId)
      throw new AppError('not_found', 'There is no such delivery.');
    if (row.state === 'pending' || row.state === 'succeeded') return row.taskId;
    if (kept.task.filesDeletedAt !== null) throw unavailable('The patch is gone.');
    if (row.error?.code === 'delivery_not_verified') row.order = { ...row.order, when: 'changed' };
    Object.assign(row, { state: 'pending', error: null, failures: 0, session: null, dueAt: Date.now() });
    kept.token = sourceToken ?? kept.token;
    kept.events.push('delivery.changed pending');
    return row.taskId;
  }

  async releaseForgotten(): Promise<number> {
    const waiting = [...this.#rows.values()].filter(
      ({ dueAt, taskId }) => dueAt === null && isFinal(this.#kept(taskId).task.status),
    );
    for (const row of waiting) row.dueAt = Date.now();
    return waiting.length;
  }

  #refuse({ task, patchBytes }: Kept, { when }: PullRequestOrder): void {
    if (!isFinal(task.status)) throw new AppError('task_not_final', 'The task is live.');
    const exitCodes = task.verify.map(({ exitCode }) => exitCode);
    const decision = deliveryAfterTask({ outcome: task.outcome, exitCodes, when });
    const hasNothing = decision.do === 'settle' && decision.state === 'failed';
    if (hasNothing || task.filesDeletedAt !== null || task.base?.commit == null || patchBytes === 0)
      throw unavailable('There is nothing to deliver.');
  }

  #add(taskId: TaskId, order: PullRequestOrder, dueAt: number | null): void {
    const id = pullRequestDeliveryId(taskId);
    const fresh = { state: 'pending', error: null, attempt: 0, failures: 0, session: null } as const;
    this.#rows.set(id, { id, taskId, order, found: {}, dueAt, ...fresh });
  }

  #due(session: SessionId, held: readonly DeliveryId[]): Row[] {
    const isFree = (row: Row): boolean =>
      row.session === null || (row.session === session && !held.includes(row.id));
    return [...this.#rows.values()]
      .filter(
        (row) => row.state === 'pending' && row.dueAt !== null && row.dueAt <= Date.now() && isFree(row),
      )
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
  }

  #takeBack(session: SessionId, failures: number): void {
    this.#sessions.delete(session);
    for (const row of this.#rows.values()) {
      if (row.session !== session) continue;
      row.session = null;
      row.attempt += 1;
      row.failures += failures;
    }
  }

  #record(taskId: TaskId): TaskRecord {
    const row = this.#rows.get(pullRequestDeliveryId(taskId));
    const { task } = this.#kept(taskId);
    if (row === undefined) return { ...task, deliveries: [] };
    const { id, state, error, found } = row;
    return { ...task, deliveries: [{ id, kind: 'pull_request', state, error, url: found.url ?? null }] };
  }

  #row(taskId: TaskId): Row {
    const row = this.#rows.get(pullRequestDeliveryId(taskId));
    if (row === undefined) throw new Error(`no delivery of ${taskId}`);
    return row;
  }

  #fenced({ deliveryId, attempt, sessionId }: DeliveryFence): Row {
    const row = this.#rows.get(deliveryId);
    if (row?.attempt !== attempt || row.session !== sessionId || row.state !== 'pending') throw lost();
    return row;
  }

  #isTold({ deliveryId, attempt }: DeliveryFence): boolean {
    const row = this.#rows.get(deliveryId);
    return row?.attempt === attempt && row.session === null;
  }

  #isNeeded(taskId: TaskId): boolean {
    const state = this.#rows.get(pullRequestDeliveryId(taskId))?.state;
    return state === 'pending' || state === 'held';
  }

  #kept(taskId: TaskId): Kept {
    const kept = this.#tasks.get(taskId);
    if (kept === undefined) throw new Error(`no task ${taskId}`);
    return kept;
  }

  #loseAnswer(): void {
    const error = this.lostAnswers.shift();
    if (error !== undefined) throw error;
  }
}
