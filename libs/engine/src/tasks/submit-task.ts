import { checkSource, type TaskRequest } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { AccessStore } from '../delivery/repository-access.ts';
import type { TriggerOrigin } from '../ports/inbound-store.ts';
import type { ArchiveInspector } from '../ports/source.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { admitTask, type Admitted, type AdmitPorts } from './admit-task.ts';
import type { Caller } from './caller.ts';
import { bodyHash } from './canonical-json.ts';
import { inputKey } from '../attempt/checkout-phase.ts';
import { newTask } from './new-task.ts';
import { checkTaskRules, type TaskRules } from './task-rules.ts';

/** A ZIP that was received whole. The caller removes it. */
export interface ReceivedArchive {
  readonly path: string;
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface Submission {
  readonly caller: Caller;
  readonly request: TaskRequest;
  /** The task JSON as the client sent it: what an Idempotency-Key is bound to. */
  readonly body: unknown;
  readonly archive: ReceivedArchive | null;
  readonly idempotencyKey: string | null;
  /** What at a code host asked for it, and the task whose branch it adds to. Left out: a client of the API. */
  readonly trigger?: { readonly origin: TriggerOrigin; readonly parentId: TaskId | null };
}

export interface SubmitPorts extends AdmitPorts {
  readonly archives: ArchiveInspector;
  readonly repositories: AccessStore;
  readonly telemetry: Pick<Telemetry, 'traceparent'>;
  readonly newTaskId: () => TaskId;
}

const ROUTE = 'POST /v1/tasks';
const STORE_MS = 300_000;

/** Takes a task in, or refuses it whole. */
export class SubmitTask {
  readonly #ports: SubmitPorts;
  readonly #rules: TaskRules;

  constructor(ports: SubmitPorts, rules: TaskRules) {
    this.#ports = ports;
    this.#rules = rules;
  }

  /** @throws AppError: what `checkSource`, `checkTaskRules`, the inspector and `TaskStore.submit` throw. */
  async run(submission: Submission): Promise<Admitted> {
    const { request, archive, caller, idempotencyKey, trigger } = submission;
    checkSource(request, archive !== null, this.#rules.allowPrivateHosts);
    const { repositories } = this.#ports;
    await checkTaskRules(request, this.#rules, { teamId: caller.teamId, repositories });
    if (archive) await this.#ports.archives.inspect(archive.path, request.source?.zip?.root ?? null);
    const id = this.#ports.newTaskId();
    const task = newTask(
      { id, caller },
      { request, rules: this.#rules },
      {
        zip: archive && { bytes: archive.bytes, sha256: archive.sha256 },
        sourceToken: request.source?.git?.token ?? null,
        retryOf: null,
        parentId: trigger?.parentId ?? null,
        origin: trigger?.origin ?? null,
        base: null,
        traceparent: this.#ports.telemetry.traceparent(),
      },
    );
    const hash = () => bodyHash(submission.body, archive?.sha256 ?? null);
    return admitTask(this.#ports, {
      task,
      idempotency: idempotencyKey === null ? null : { route: ROUTE, key: idempotencyKey, bodyHash: hash() },
      storeInput:
        archive &&
        (() =>
          this.#ports.artifacts.put(inputKey(id), archive.open(), { signal: AbortSignal.timeout(STORE_MS) })),
    });
  }
}
