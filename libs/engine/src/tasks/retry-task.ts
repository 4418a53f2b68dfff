import { checkSource, type RetryRequest } from '@drydock/contracts';
import { AppError, isFinal, type TaskId } from '@drydock/domain';
import type { FrozenRequest, TaskRecord } from '../ports/task-record.ts';
import { admitTask, type Admitted } from './admit-task.ts';
import type { Caller } from './caller.ts';
import { bodyHash } from './canonical-json.ts';
import { inputKey } from '../attempt/checkout-phase.ts';
import { newTask } from './new-task.ts';
import type { ReadTask } from './read-task.ts';
import type { SubmitPorts } from './submit-task.ts';
import { checkTaskRules, type TaskRules } from './task-rules.ts';

export interface Retry {
  readonly caller: Caller;
  readonly id: TaskId;
  readonly body: RetryRequest;
  readonly idempotencyKey: string | null;
}

const STORE_MS = 300_000;

const checkToken = (task: TaskRecord, body: RetryRequest): void => {
  if (body.source === undefined || task.request.source?.git) return;
  const detail = 'The source of this task is a ZIP, which takes no token.';
  throw new AppError('invalid_request', detail, { issues: [{ pointer: '/source/git', detail }] });
};

/** The rules ask whether there is a token; what is frozen has none. */
const withToken = (request: FrozenRequest, body: RetryRequest): FrozenRequest => {
  const git = request.source?.git;
  const token = body.source?.git.token;
  return git === undefined || token === undefined
    ? request
    : { ...request, source: { ...request.source, git: { ...git, token } } };
};

/** Makes a new task of a final one: same input, same request, and the same base unless it adds to a branch. */
export class RetryTask {
  readonly #read: ReadTask;
  readonly #ports: Omit<SubmitPorts, 'archives'>;
  readonly #rules: TaskRules;

  constructor(read: ReadTask, ports: Omit<SubmitPorts, 'archives'>, rules: TaskRules) {
    this.#read = read;
    this.#ports = ports;
    this.#rules = rules;
  }

  /** @throws AppError `not_found`, `task_not_final`, and what a submit throws: the rules may have changed. */
  async run({ caller, id, body, idempotencyKey }: Retry): Promise<Admitted> {
    const former = await this.#read.run(caller.teamId, id);
    if (!isFinal(former.status))
      throw new AppError('task_not_final', 'Wait until the task has ended, or cancel it, and retry then.');
    checkToken(former, body);
    const request = { ...former.request, notBefore: undefined };
    checkSource(request, former.zip !== null, this.#rules.allowPrivateHosts);
    const { repositories } = this.#ports;
    const access = { teamId: caller.teamId, repositories };
    await checkTaskRules(withToken(request, body), this.#rules, access);
    const newId = this.#ports.newTaskId();
    const task = newTask(
      { id: newId, caller },
      { request, rules: this.#rules },
      {
        zip: former.zip,
        sourceToken: body.source?.git.token ?? null,
        retryOf: former.id,
        parentId: former.parentId,
        origin: former.origin,
        // What adds to a branch starts from wherever that branch is: on an old commit of it, it could not be delivered.
        base: former.parentId === null ? former.base : null,
        traceparent: this.#ports.telemetry.traceparent(),
      },
    );
    const route = `POST /v1/tasks/${id}/retry`;
    return admitTask(this.#ports, {
      task,
      idempotency:
        idempotencyKey === null ? null : { route, key: idempotencyKey, bodyHash: bodyHash(body, null) },
      storeInput: former.zip && (() => this.#copyInput(former.id, newId)),
    });
  }

  async #copyInput(from: TaskId, to: TaskId): Promise<void> {
    const { stream } = await this.#ports.artifacts.get(inputKey(from)).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'artifact_not_available')
        throw new AppError(
          'artifact_not_available',
          'The ZIP of this task is no longer stored: retention removed it. Submit it again as a new task.',
        );
      throw error;
    });
    await this.#ports.artifacts.put(inputKey(to), stream, { signal: AbortSignal.timeout(STORE_MS) });
  }
}
