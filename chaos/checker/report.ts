import type { Evidence, Violation } from './evidence.ts';

/** Counts by name, the most frequent first. */
export type Totals = Readonly<Record<string, number>>;

/** A run in numbers; plain JSON. */
export interface Report {
  readonly submissions: number;
  readonly accepted: number;
  readonly tasks: number;
  readonly faults: number;
  readonly faultsByKind: Totals;
  readonly tasksByKind: Totals;
  readonly tasksByOutcome: Totals;
  readonly attemptsByOutcome: Totals;
  readonly deliveriesByState: Totals;
  /** Webhooks that were taken, among them those of which nobody knew that they had come before. */
  readonly webhooks: number;
  readonly triggers: number;
  readonly pullRequests: number;
  readonly events: number;
  readonly artifactBytes: number;
  readonly violationsByRule: Totals;
  readonly violations: readonly Violation[];
}

const countBy = <T>(items: readonly T[], nameOf: (item: T) => string): Totals =>
  Object.fromEntries(
    [...Map.groupBy(items, nameOf)]
      .map(([name, group]) => [name, group.length] as const)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1)),
  );

/** What a run was and how it is judged. */
export const reportOf = (evidence: Evidence, violations: readonly Violation[]): Report => {
  const { submissions, accepted, triggered, faults, database, files, codeHost } = evidence;
  return {
    submissions: submissions.length,
    accepted: new Set(accepted.map(({ taskId }) => taskId)).size,
    tasks: database.tasks.length,
    faults: faults.length,
    faultsByKind: countBy(faults, ({ kind }) => kind),
    tasksByKind: countBy(submissions, ({ kind }) => kind),
    tasksByOutcome: countBy(database.tasks, ({ outcome, status }) => outcome ?? status),
    attemptsByOutcome: countBy(database.attempts, ({ outcome }) => outcome ?? 'live'),
    deliveriesByState: countBy(database.deliveries, ({ state }) => state),
    webhooks: triggered.length,
    triggers: database.inbound.length,
    pullRequests: codeHost.pulls.length,
    events: database.events.length,
    artifactBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    violationsByRule: countBy(violations, ({ rule }) => rule),
    violations,
  };
};

/** No more of one rule in a text: the rest is in the JSON. */
const MAX_SHOWN = 10;

const linesOf = (violations: readonly Violation[]): string[] => {
  const shown = violations
    .slice(0, MAX_SHOWN)
    .map(({ rule, taskId, message }) => `  ${rule}: ${taskId ?? 'no task'}: ${message}`);
  const rest = violations.length - shown.length;
  return rest === 0 ? shown : [...shown, `  ${String(violations[0]?.rule)}: and ${String(rest)} more`];
};

const line = (name: string, totals: Totals): string =>
  `${name.padEnd(12)}${
    Object.entries(totals)
      .map(([key, count]) => `${key} ${String(count)}`)
      .join(', ') || 'none'
  }`;

/** The same for people. */
export const reportText = (report: Report): string => {
  const { violations } = report;
  const groups = [...Map.groupBy(violations, ({ rule }) => rule).values()];
  return [
    `${String(report.submissions)} submissions, ${String(report.accepted)} accepted, ${String(report.tasks)} tasks, ${String(report.events)} events, ${String(report.artifactBytes)} bytes of artifacts`,
    line('faults', { ...report.faultsByKind, 'in all': report.faults }),
    line('kinds', report.tasksByKind),
    line('tasks', report.tasksByOutcome),
    line('attempts', report.attemptsByOutcome),
    line('deliveries', report.deliveriesByState),
    `code host   ${String(report.webhooks)} webhooks of ${String(report.triggers)} triggers, ${String(report.pullRequests)} pull requests`,
    line('violations', { ...report.violationsByRule, 'in all': violations.length }),
    ...groups.flatMap(linesOf),
    '',
  ].join('\n');
};
