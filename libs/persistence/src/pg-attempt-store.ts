import { AppError, type Limits, type Phase, type SessionId, type Usage } from '@drydock/domain';
import type {
  AttemptEnd,
  AttemptStore,
  BasePin,
  Claim,
  EventBatch,
  Fence,
  MeteredCall,
} from '@drydock/engine';
import { appendEvents } from './append-events.ts';
import { claimStatement, type ClaimRow } from './claim-statement.ts';
import type { Database } from './database.ts';
import { FENCE_GUARD, fenceValues, leaseLost } from './fence-guard.ts';
import { finishAttempt } from './finish-attempt.ts';
import { jsonb } from './jsonb.ts';
import { recordCall } from './record-call.ts';
import type { Sealer } from './sealer.ts';
import { sourceTokenPurpose } from './source-token.ts';
import { taskOf, type TaskRow } from './task-row.ts';

/** The worker's side of the truth in PostgreSQL. */
export class PgAttemptStore implements AttemptStore {
  readonly #database: Database;
  readonly #sealer: Sealer;

  constructor(database: Database, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  /** Throws `lease_lost` when the session's lease has ended, `config_error` when the token was sealed with another key. */
  async claimNext(session: SessionId): Promise<Claim | null> {
    const [row] = await this.#database.batch<ClaimRow>(claimStatement(session));
    if (row === undefined || !row.live)
      throw new AppError('lease_lost', `The lease of worker session ${session} has ended.`);
    if (row.id === null) return null;
    const fence = { taskId: row.id, attempt: row.attempt, sessionId: session };
    const task = taskOf(row);
    const opened = { number: row.attempt, workerId: row.workerId, startedAt: row.attemptStartedAt };
    return {
      fence,
      task: { ...task, attempts: [...task.attempts, { ...opened, finishedAt: null, outcome: null }] },
      sourceToken: await this.#unseal(fence, row.sealed),
    };
  }

  appendEvents(fence: Fence, batch: EventBatch): Promise<void> {
    return appendEvents(this.#database, fence, batch);
  }

  async enterPhase(fence: Fence, phase: Phase): Promise<void> {
    await this.#update(fence, { set: '"phase" = $4', values: [phase] });
  }

  async pinBase(fence: Fence, base: BasePin): Promise<void> {
    const { row } = await this.#update(fence, {
      set: `"baseRef" = CASE WHEN t."baseTree" IS NULL THEN $4 ELSE t."baseRef" END,
        "baseCommit" = CASE WHEN t."baseTree" IS NULL THEN $5 ELSE t."baseCommit" END,
        "baseTree" = coalesce(t."baseTree", $6)`,
      values: [base.ref, base.commit, base.tree],
    });
    if (row.baseTree !== base.tree || row.baseCommit !== base.commit)
      throw new AppError(
        'patch_not_exact',
        `The task is pinned to tree ${String(row.baseTree)}; this checkout gave ${base.tree}.`,
      );
  }

  async settle(
    fence: Fence,
    settled: { limits: Limits; image: { name: string; digest: string | null } },
  ): Promise<void> {
    await this.#update(fence, {
      set: '"limits" = $4::jsonb, "imageName" = $5, "imageDigest" = $6',
      values: [jsonb(settled.limits), settled.image.name, settled.image.digest],
    });
  }

  recordCall(fence: Fence, call: MeteredCall): Promise<Usage> {
    return this.#database.transaction((tx) => recordCall(tx, fence, call));
  }

  finish(fence: Fence, end: AttemptEnd): Promise<'finished' | 'requeued'> {
    return this.#database.transaction((tx) => finishAttempt(tx, fence, end));
  }

  async #update(
    fence: Fence,
    change: { set: string; values: readonly unknown[] },
  ): Promise<{ row: Pick<TaskRow, 'baseCommit' | 'baseTree'> }> {
    const [row] = await this.#database.rows<Pick<TaskRow, 'baseCommit' | 'baseTree'>>({
      text: `UPDATE "Task" t SET ${change.set} FROM "Attempt" a WHERE ${FENCE_GUARD}
        RETURNING t."baseCommit", t."baseTree"`,
      values: [...fenceValues(fence), ...change.values],
    });
    if (row === undefined) throw leaseLost(fence);
    return { row };
  }

  /** The attempt is open already: with a token that does not open it must end, else it would stay with this session. */
  async #unseal(fence: Fence, sealed: Buffer | null): Promise<string | null> {
    try {
      return sealed === null ? null : this.#sealer.open(sealed, sourceTokenPurpose(fence.taskId));
    } catch (error) {
      const failure = {
        code: 'config_error',
        message: 'The token of this task cannot be unsealed.',
      } as const;
      const nothing = { resultTree: null, diffstat: null, verify: [], artifacts: [], agentSeconds: 0 };
      await this.finish(fence, { ...nothing, outcome: 'infrastructure', error: failure });
      throw error;
    }
  }
}
