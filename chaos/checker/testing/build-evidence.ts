import { createHash } from 'node:crypto';
import type { AttemptOutcome, Outcome } from '@drydock/domain';
import { statusOf } from '@drydock/domain';
import { SUBMISSION_LABEL, type Evidence, type EventEvidence, type UsageEvidence } from '../evidence.ts';
import { labelsOfThread, threadOf, writeDelivery, writeTrigger } from './write-delivery.ts';

/** What becomes of one task in fabricated evidence. */
export interface TaskPlan {
  readonly hasKey: boolean;
  readonly isSentAgain: boolean;
  readonly isZip: boolean;
  readonly hasVerify: boolean;
  readonly modelCalls: number;
  /** Attempts that end by a fault, before the one that ends the task. */
  readonly faulty: readonly ('lost' | 'handed_back' | 'infrastructure')[];
  /** `given_up`: the last of the faulty attempts ended it. `cancelled_queued`: it was never claimed. */
  readonly end: Exclude<Outcome, 'infrastructure'> | 'given_up' | 'cancelled_queued';
  /** `trigger`: somebody asked for a pull request in an issue. */
  readonly asks: 'patch' | 'pull_request' | 'trigger';
}

/** Evidence that a test may spoil. */
export type Draft<T> = T extends object ? { -readonly [K in keyof T]: Draft<T[K]> } : T;

const BEGIN = 1_750_000_000_000;
/** From one task to the next, from one attempt to the next, and of an attempt that nothing disturbs. */
const TASK_MS = 200_000;
const GAP_MS = 500;
const RUN_MS = 8000;
/** A dead worker's attempt is taken back when its lease has ended. */
const LOST_MS = 13_000;

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

export const patchOf = (word: string): string =>
  `diff --git a/a.txt b/a.txt\nindex 5626abf..2ef267e 100644\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+${word}\n`;

const outcomeOf = ({ end }: TaskPlan): Outcome => {
  if (end === 'given_up') return 'infrastructure';
  return end === 'cancelled_queued' ? 'cancelled' : end;
};

/** Writes the rows of one task in the order of its life. */
class TaskWriter {
  readonly #evidence: Draft<Evidence>;
  readonly #plan: TaskPlan;
  readonly #id: string;
  readonly #name: string;
  readonly #index: number;
  #now: number;
  #seq = 0;
  #attempt = 0;

  constructor(evidence: Draft<Evidence>, plan: TaskPlan, index: number) {
    this.#evidence = evidence;
    this.#plan = plan;
    this.#name = `s-${String(index)}`;
    this.#index = index;
    this.#id = `task_${String(index).padStart(26, '0')}`;
    this.#now = BEGIN + index * TASK_MS;
  }

  write(): void {
    const { faulty, end } = this.#plan;
    const createdAt = this.#now;
    this.#submit();
    this.#event('task.queued', null);
    faulty.forEach((outcome, index) => {
      this.#runFaulty(outcome, end === 'given_up' && index === faulty.length - 1);
    });
    if (end === 'cancelled_queued') this.#event('task.cancel_requested', null);
    else if (end !== 'given_up') this.#run(end);
    const outcome = outcomeOf(this.#plan);
    this.#event('task.finished', end === 'cancelled_queued' ? null : this.#attempt, {
      status: statusOf(outcome),
      outcome,
    });
    if (this.#plan.asks !== 'patch') this.#deliver(outcome);
    this.#finishTask(createdAt, outcome);
  }

  get #isCancelled(): boolean {
    return outcomeOf(this.#plan) === 'cancelled';
  }

  #submit(): void {
    const { hasKey, isSentAgain, asks } = this.#plan;
    const { submissions, accepted, database } = this.#evidence;
    const key = hasKey ? `key-${this.#name}` : null;
    submissions.push({
      id: this.#submissionId,
      key,
      teamId: 'team_a',
      kind: this.#plan.end,
      firstSentAt: this.#now - 5,
      expected: [outcomeOf(this.#plan)],
      expectPatch: { pattern: `\\n\\+${this.#name}\\n` },
      delivers: asks !== 'patch',
    });
    for (let sent = 0; sent < (hasKey && isSentAgain ? 2 : 1); sent++)
      accepted.push({ submissionId: this.#submissionId, taskId: this.#id, answeredAt: this.#now + 5 });
    if (key !== null) database.keys.push({ teamId: 'team_a', key, taskId: this.#id });
  }

  #event(type: string, attempt: number | null, payload: EventEvidence['payload'] = null): void {
    this.#seq += 1;
    this.#evidence.database.events.push({
      taskId: this.#id,
      seq: this.#seq,
      attempt,
      type,
      at: this.#now,
      payload,
    });
  }

  #claim(workerId: string): number {
    this.#now += GAP_MS;
    this.#attempt += 1;
    this.#event('task.claimed', this.#attempt);
    this.#event('phase.started', this.#attempt, { phase: 'checkout' });
    this.#evidence.database.attempts.push({
      taskId: this.#id,
      number: this.#attempt,
      workerId,
      sessionId: `${workerId}:${this.#id}:${String(this.#attempt)}`,
      startedAt: this.#now,
      finishedAt: null,
      outcome: null,
      errorCode: null,
    });
    return this.#now;
  }

  #endAttempt(outcome: AttemptOutcome): void {
    const attempt = this.#evidence.database.attempts.at(-1)!;
    Object.assign(attempt, { finishedAt: this.#now, outcome });
    this.#evidence.database.sessions.push({
      id: attempt.sessionId,
      workerId: attempt.workerId,
      leaseUntil: this.#now,
      endedAt: outcome === 'lost' ? this.#now : null,
    });
  }

  #runFaulty(outcome: 'lost' | 'handed_back' | 'infrastructure', isLast: boolean): void {
    const workerId = `worker-${String(this.#attempt % 2)}`;
    const hitAt = this.#claim(workerId) + 2000;
    this.#evidence.faults.push({
      id: `f-${this.#id}-${String(this.#attempt)}`,
      kind: `makes-${outcome}`,
      target: workerId,
      startedAt: hitAt,
      endedAt: hitAt,
      mayEnd: [outcome],
      clockShiftMs: 0,
      hidesDatabase: false,
    });
    this.#now += LOST_MS;
    this.#endAttempt(outcome);
    if (!isLast) this.#event('task.released', this.#attempt);
  }

  #run(outcome: Outcome): void {
    const { hasVerify, modelCalls } = this.#plan;
    const attempt = this.#claim('worker-0') && this.#attempt;
    for (let call = 0; call < modelCalls; call++) this.#call(call);
    this.#now += RUN_MS;
    if (this.#isCancelled) this.#event('task.cancel_requested', attempt);
    this.#event('phase.finished', attempt, { phase: 'collect' });
    if (hasVerify && outcome === 'changed') this.#event('verify.result', attempt);
    this.#artifact('result.json', '{}');
    this.#artifact('agent.log', 'hello\n');
    this.#artifact('diff.patch', outcome === 'no_changes' ? '' : patchOf(this.#name));
    if (hasVerify && outcome === 'changed') this.#artifact('verify.log', 'ok\n');
    this.#endAttempt(outcome);
  }

  #call(index: number): void {
    this.#event('model.call', this.#attempt);
    this.#evidence.database.modelCalls.push({
      taskId: this.#id,
      attempt: this.#attempt,
      callId: `call-${String(index)}`,
      inputTokens: 10,
      cachedTokens: 2,
      outputTokens: 5,
      costUsd: 0.1,
    });
  }

  #artifact(name: string, text: string): void {
    const stored = { name, bytes: text.length, sha256: sha256(text) };
    this.#event('artifact.stored', this.#attempt, stored);
    this.#evidence.database.artifacts.push({ taskId: this.#id, attempt: this.#attempt, ...stored });
    this.#evidence.files.push({
      path: `tasks/${this.#id}/attempts/${String(this.#attempt)}/${name}`,
      bytes: stored.bytes,
      sha256: stored.sha256,
      patch: name === 'diff.patch' ? text : null,
    });
  }

  get #submissionId(): string {
    return this.#plan.asks === 'trigger' ? threadOf(this.#index) : this.#name;
  }

  #deliver(outcome: Outcome): void {
    const ended = { taskId: this.#id, outcome, baseCommit: 'base', resultTree: `tree of ${this.#name}` };
    this.#event('delivery.changed', null);
    writeDelivery(this.#evidence, ended);
    if (this.#plan.asks === 'trigger') writeTrigger(this.#evidence, ended, this.#index);
  }

  #finishTask(createdAt: number, outcome: Outcome): void {
    const { isZip, hasVerify, modelCalls, asks } = this.#plan;
    const zip = `zip of ${this.#id}`;
    const called = this.#evidence.database.modelCalls.some(({ taskId }) => taskId === this.#id)
      ? modelCalls
      : 0;
    if (isZip)
      this.#evidence.files.push({
        path: `tasks/${this.#id}/input.zip`,
        bytes: zip.length,
        sha256: sha256(zip),
        patch: null,
      });
    this.#evidence.database.tasks.push({
      id: this.#id,
      teamId: 'team_a',
      status: statusOf(outcome),
      outcome,
      errorCode: null,
      labels: asks === 'trigger' ? labelsOfThread(this.#index) : { [SUBMISSION_LABEL]: this.#name },
      hasVerify,
      currentAttempt: this.#attempt,
      lastSeq: this.#seq,
      cancelRequested: this.#isCancelled,
      usage: usageOf(called),
      zipSha256: isZip ? sha256(zip) : null,
      baseCommit: 'base',
      resultTree: `tree of ${this.#name}`,
      createdAt,
      finishedAt: this.#now,
      logsDeletedAt: null,
      filesDeletedAt: null,
    });
  }
}

const usageOf = (calls: number): UsageEvidence => ({
  modelCalls: calls,
  inputTokens: 10 * calls,
  cachedTokens: 2 * calls,
  outputTokens: 5 * calls,
  costUsd: 0.1 * calls,
});

/** Evidence of a run in which every promise held. */
export const buildEvidence = (plans: readonly TaskPlan[]): Draft<Evidence> => {
  const evidence: Draft<Evidence> = {
    submissions: [],
    accepted: [],
    triggered: [],
    faults: [],
    database: {
      readAt: BEGIN + (plans.length + 1) * TASK_MS,
      tasks: [],
      attempts: [],
      events: [],
      artifacts: [],
      modelCalls: [],
      keys: [],
      sessions: [],
      secrets: [],
      deliveries: [],
      inbound: [],
      tellings: [],
    },
    files: [],
    codeHost: { branches: [], pulls: [], threads: [] },
    leftovers: [],
  };
  plans.forEach((plan, index) => {
    new TaskWriter(evidence, plan, index).write();
  });
  return evidence;
};
