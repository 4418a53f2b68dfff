import { AppError, type TaskId, type TeamId } from '@drydock/domain';
import type {
  Idempotency,
  NewTask,
  StoredArtifact,
  TaskFilter,
  TaskRecord,
  TaskStore,
} from '@drydock/engine';
import { cancelTask } from './cancel-task.ts';
import type { Database } from './database.ts';
import { listTasks } from './list-tasks.ts';
import type { Sealer } from './sealer.ts';
import { sourceTokenPurpose } from './source-token.ts';
import { submitTask } from './submit-task.ts';
import { ensureCallbacks } from './webhooks/ensure-callbacks.ts';
import { TASK_COLUMNS, taskOf, type TaskRow } from './task-row.ts';

const GET = `SELECT ${TASK_COLUMNS} FROM "Task" t WHERE t."id" = $1 AND t."teamId" = $2`;

const ARTIFACTS = `SELECT "name", "attempt", "bytes"::float8 AS "bytes", "sha256", "contentType" FROM "Artifact"
  WHERE "taskId" = $1 AND "teamId" = $2 ORDER BY "attempt", "name"`;

/** The api's side of the truth in PostgreSQL. */
export class PgTaskStore implements TaskStore {
  readonly #database: Database;
  readonly #sealer: Sealer;

  constructor(database: Database, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async submit(
    task: NewTask,
    idempotency: Idempotency | null,
  ): Promise<{ task: TaskRecord; replayed: boolean }> {
    const sealedToken =
      task.sourceToken === null ? null : this.#sealer.seal(task.sourceToken, sourceTokenPurpose(task.id));
    if (typeof task.callbackUrl === 'string')
      await ensureCallbacks(this.#database, this.#sealer, task.teamId);
    const submitted = await submitTask(this.#database, { task, idempotency, sealedToken });
    if (submitted.do === 'accepted') return { task: submitted.task, replayed: false };
    const earlier = await this.get(task.teamId, submitted.taskId);
    // Tasks outlive their idempotency rows; should one be gone all the same, a new key is the client's way out.
    if (earlier === null)
      throw new AppError('idempotency_mismatch', 'The task of this Idempotency-Key is gone. Use a new key.');
    return { task: earlier, replayed: true };
  }

  async get(teamId: TeamId, id: TaskId): Promise<TaskRecord | null> {
    const [row] = await this.#database.rows<TaskRow>({ name: 'get', text: GET, values: [id, teamId] });
    return row === undefined ? null : taskOf(row);
  }

  list(teamId: TeamId, filter: TaskFilter): Promise<{ items: TaskRecord[]; next: string | null }> {
    return listTasks(this.#database, teamId, filter);
  }

  artifacts(teamId: TeamId, id: TaskId): Promise<StoredArtifact[]> {
    return this.#database.rows<StoredArtifact>({ name: 'artifacts', text: ARTIFACTS, values: [id, teamId] });
  }

  async cancel(teamId: TeamId, id: TaskId): Promise<{ task: TaskRecord; ended: boolean } | null> {
    const ended = await cancelTask(this.#database, teamId, id);
    const task = await this.get(teamId, id);
    return task && { task, ended };
  }
}
