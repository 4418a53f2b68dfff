import type { Delivery, Task } from '@drydock/contracts';
import type { DeliveryRecord, FrozenRequest, TaskRecord } from '../ports/task-record.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

const sourceView = ({ request, zip }: TaskRecord): Task['source'] => {
  const git = request.source?.git;
  const root = request.source?.zip?.root;
  return {
    // Field by field: whatever else a source may hold is not for the eyes of clients.
    ...(git && { git: { url: git.url, ...(git.ref !== undefined && { ref: git.ref }) } }),
    ...(zip && { zip: { ...(root !== undefined && { root }), bytes: zip.bytes, sha256: zip.sha256 } }),
  };
};

const agentView = ({ agent }: FrozenRequest): Task['agent'] => ({
  harness: agent.harness,
  model: agent.model ?? null,
  instructions: agent.instructions ?? null,
  command: agent.command ?? null,
});

const requestView = (request: FrozenRequest) => ({
  maxAttempts: request.maxAttempts,
  priority: request.priority,
  description: request.description,
  focusPaths: request.focusPaths,
  agent: agentView(request),
  setup: request.setup ?? null,
  verifyCommands: request.verify ?? null,
  labels: request.labels,
});

/** A delivery as clients see it. */
export const deliveryView = ({ id, kind, state, error, url }: DeliveryRecord): Delivery => ({
  id,
  kind,
  state,
  error,
  url,
});

/** The number is the end of the URL at every GitHub. */
const pullRequestView = ({ deliveries }: TaskRecord): Task['pullRequest'] => {
  const made = deliveries.findLast(({ kind, state }) => kind === 'pull_request' && state === 'succeeded');
  const number = /\/pull\/([1-9]\d*)$/.exec(made?.url ?? '')?.[1];
  return typeof made?.url === 'string' && number !== undefined
    ? { url: made.url, number: Number(number) }
    : null;
};

/** A task as clients see it. */
export const taskView = (task: TaskRecord): Task => ({
  id: task.id,
  status: task.status,
  phase: task.phase,
  outcome: task.outcome,
  error: task.error,
  createdAt: task.createdAt.toISOString(),
  startedAt: time(task.startedAt),
  finishedAt: time(task.finishedAt),
  notBefore: time(task.notBefore),
  retryOf: task.retryOf,
  parentId: task.parentId,
  source: sourceView(task),
  base: task.base,
  resultTree: task.resultTree,
  attempts: task.attempts.map((attempt) => ({
    number: attempt.number,
    workerId: attempt.workerId,
    startedAt: attempt.startedAt.toISOString(),
    finishedAt: time(attempt.finishedAt),
    outcome: attempt.outcome,
  })),
  ...requestView(task.request),
  image: task.image,
  limits: task.limits,
  usage: task.usage,
  diffstat: task.diffstat,
  verify: [...task.verify],
  deliveries: task.deliveries.map(deliveryView),
  pullRequest: pullRequestView(task),
});
