import { isTaskId, type InstanceId } from '@drydock/domain';
import type { AttemptKey, PhasePlan, SandboxPhase } from '@drydock/engine';
import type { HostFacts } from './host-facts.ts';

/** Labels that every container has from its birth. The reaper goes by the first two. */
export const LABELS = {
  instance: 'drydock.instance',
  host: 'drydock.host',
  task: 'drydock.task',
  attempt: 'drydock.attempt',
  phase: 'drydock.phase',
  worker: 'drydock.worker',
  session: 'drydock.session',
  deadline: 'drydock.deadline',
} as const;

/** The same for the same phase of the same attempt: the name is the lock of its creation. */
export const sandboxName = (instanceId: InstanceId, key: AttemptKey, phase: SandboxPhase): string =>
  ['drydock', instanceId, key.taskId, key.attempt, phase].join('-').replaceAll(/[^a-zA-Z0-9_.-]/g, '_');

export const labelsOf = (plan: PhasePlan, host: HostFacts): Record<string, string> => ({
  [LABELS.instance]: host.instanceId,
  [LABELS.host]: host.host,
  [LABELS.task]: plan.key.taskId,
  [LABELS.attempt]: String(plan.key.attempt),
  [LABELS.phase]: plan.phase,
  [LABELS.worker]: host.workerId,
  [LABELS.session]: plan.sessionId,
  [LABELS.deadline]: new Date(plan.deadlineMs).toISOString(),
});

/** Whose container this is, or null when its labels do not say so: then it is not ours to touch. */
export const keyOfLabels = (labels: Readonly<Record<string, string>>): AttemptKey | null => {
  const taskId = labels[LABELS.task] ?? '';
  const attempt = Number(labels[LABELS.attempt]);
  return isTaskId(taskId) && Number.isInteger(attempt) && attempt > 0 ? { taskId, attempt } : null;
};
