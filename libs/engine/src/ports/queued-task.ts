import { NO_USAGE, pullRequestDeliveryId } from '@drydock/domain';
import type { NewTask, TaskRecord } from './task-record.ts';

/** A task as every store has it right after the submit. */
export const queuedTask = (task: NewTask, createdAt: Date): TaskRecord => ({
  id: task.id,
  teamId: task.teamId,
  status: 'queued',
  phase: null,
  outcome: null,
  error: null,
  request: task.request,
  image: { name: task.imageName, digest: null },
  limits: task.limits,
  zip: task.zip,
  base: task.base,
  resultTree: null,
  usage: NO_USAGE,
  diffstat: null,
  verify: [],
  attempts: [],
  deliveries: task.pullRequest
    ? [
        {
          ...{ id: pullRequestDeliveryId(task.id), kind: 'pull_request', state: 'pending' },
          ...{ error: null, url: null },
        },
      ]
    : [],
  cancelRequested: false,
  traceparent: task.traceparent,
  retryOf: task.retryOf,
  parentId: task.parentId ?? null,
  origin: task.origin ?? null,
  createdAt,
  startedAt: null,
  finishedAt: null,
  notBefore: task.notBefore,
  filesDeletedAt: null,
});
