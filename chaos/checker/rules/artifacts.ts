import { isFinal, type AttemptOutcome } from '@drydock/domain';
import { isExcused } from '../faults.ts';
import type {
  ArtifactEvidence,
  AttemptEvidence,
  EventEvidence,
  Evidence,
  TaskEvidence,
  Violation,
} from '../evidence.ts';
import { byTask, currentAttemptOf } from '../rows.ts';

const RULE = 'artifacts';

interface Ending {
  readonly task: TaskEvidence;
  readonly attempt: AttemptEvidence;
  /** Of this attempt. */
  readonly events: readonly EventEvidence[];
  readonly artifacts: readonly ArtifactEvidence[];
}

const says = ({ events }: Ending, type: string, phase?: string): boolean =>
  events.some((event) => event.type === type && (phase === undefined || event.payload?.['phase'] === phase));

/** Outcomes that speak of what collect found. All others may have kept partial work from it. */
const OF_PATCH: readonly (AttemptOutcome | null)[] = ['changed', 'no_changes', 'verification_failed'];
const WITHOUT_PATCH: readonly (AttemptOutcome | null)[] = ['patch_rejected', 'disk_exceeded'];

const mustHavePatch = (ending: Ending, isDisturbed: boolean): boolean => {
  const { outcome } = ending.attempt;
  if (OF_PATCH.includes(outcome)) return true;
  return says(ending, 'phase.finished', 'collect') && !WITHOUT_PATCH.includes(outcome) && !isDisturbed;
};

/** What an attempt with this history must have left behind, by what was reached in it. */
const requiredOf = (ending: Ending, isDisturbed: boolean): string[] => {
  const { attempt, task } = ending;
  const isVerified = says(ending, 'verify.result') || (attempt.outcome === 'changed' && task.hasVerify);
  return [
    'result.json',
    ...(says(ending, 'phase.finished', 'collect') ? ['agent.log'] : []),
    ...(mustHavePatch(ending, isDisturbed) ? ['diff.patch'] : []),
    ...(isVerified ? ['verify.log'] : []),
  ];
};

const patchProblem = ({ attempt: { outcome }, artifacts }: Ending): string | null => {
  const patch = artifacts.find(({ name }) => name === 'diff.patch');
  if (patch === undefined || !OF_PATCH.includes(outcome)) return null;
  if ((patch.bytes === 0) === (outcome === 'no_changes')) return null;
  return `has a patch of ${String(patch.bytes)} bytes`;
};

const setProblems = (ending: Ending, faults: Evidence['faults']): string[] => {
  const { attempt, artifacts } = ending;
  if (attempt.outcome === null || ['infrastructure', 'lost', 'handed_back'].includes(attempt.outcome))
    return [];
  const isDisturbed = isExcused(faults, attempt, 'infrastructure');
  // With the store away, an end is told without its artifacts rather than not at all.
  if (artifacts.length === 0 && isDisturbed) return [];
  const names = new Set(artifacts.map(({ name }) => name));
  const missing = requiredOf(ending, isDisturbed).filter((name) => !names.has(name));
  const patch = patchProblem(ending);
  const attemptName = `attempt ${String(attempt.number)} (${attempt.outcome})`;
  return [
    ...(missing.length === 0 ? [] : [`${attemptName} has no ${missing.join(', ')}`]),
    ...(patch === null ? [] : [`${attemptName} ${patch}`]),
  ];
};

/** What was told while it was stored is what became visible. */
const toldProblems = ({ attempt, events, artifacts }: Ending): string[] =>
  artifacts.flatMap(({ name, bytes, sha256 }) => {
    const told = events.filter(
      ({ type, payload }) => type === 'artifact.stored' && payload?.['name'] === name,
    );
    return told.some(({ payload }) => payload?.['bytes'] !== bytes || payload['sha256'] !== sha256)
      ? [`${name} of attempt ${String(attempt.number)} is not what the history says was stored`]
      : [];
  });

const strayRows = ({ database }: Evidence): Violation[] => {
  const owners = new Map(
    database.attempts.map((attempt) => [`${attempt.taskId}/${String(attempt.number)}`, attempt.outcome]),
  );
  return database.artifacts.flatMap(({ taskId, attempt, name }) => {
    const outcome = owners.get(`${taskId}/${String(attempt)}`) ?? null;
    if (outcome !== null && outcome !== 'lost' && outcome !== 'handed_back') return [];
    const owner = `attempt ${String(attempt)} (${outcome ?? 'not ended'})`;
    return [{ rule: RULE, taskId, message: `${name} is shown of ${owner}` }];
  });
};

const endingsOf = ({ database }: Evidence): Ending[] => {
  const [attempts, events, artifacts] = [
    byTask(database.attempts),
    byTask(database.events),
    byTask(database.artifacts),
  ];
  return database.tasks.flatMap((task) => {
    const attempt = currentAttemptOf(task, attempts.of(task.id));
    if (!isFinal(task.status) || task.filesDeletedAt !== null || attempt === null) return [];
    const isOwn = (row: { readonly attempt: number | null }): boolean => row.attempt === attempt.number;
    return [
      {
        task,
        attempt,
        events: events.of(task.id).filter(isOwn),
        artifacts: artifacts.of(task.id).filter(isOwn),
      },
    ];
  });
};

/** Artifacts show with the end of their attempt and never of one that was taken back; the last attempt's are complete. */
export const artifactsRule = (evidence: Evidence): Violation[] => [
  ...strayRows(evidence),
  ...endingsOf(evidence).flatMap((ending) =>
    [...setProblems(ending, evidence.faults), ...toldProblems(ending)].map((message) => ({
      rule: RULE,
      taskId: ending.task.id,
      message,
    })),
  ),
];
