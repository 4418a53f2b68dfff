import type { Evidence, EventEvidence, Violation } from '../evidence.ts';

const RULE = 'attempt-writes';

const nameOf = (attempt: number | null): string =>
  attempt === null ? 'no attempt' : `attempt ${String(attempt)}`;

interface Misplaced {
  readonly event: EventEvidence;
  readonly current: number | null;
}

const misplacedAmong = (events: readonly EventEvidence[]): Misplaced[] => {
  const open = new Map<string, number | null>();
  return events.flatMap((event) => {
    const { taskId, type, attempt } = event;
    if (type === 'task.claimed') {
      open.set(taskId, attempt);
      return [];
    }
    const current = open.get(taskId) ?? null;
    if (type === 'task.released' || type === 'task.finished') open.set(taskId, null);
    return attempt === current ? [] : [{ event, current }];
  });
};

/** One message for all that one attempt wrote in the time of another, or of none. */
const violationOf = (group: readonly Misplaced[]): Violation[] => {
  const [first] = group;
  if (first === undefined) return [];
  const { event, current } = first;
  const rest = group.length === 1 ? '' : ` and ${String(group.length - 1)} more events`;
  const message = `event ${String(event.seq)} (${event.type})${rest}: of ${nameOf(event.attempt)}, while ${nameOf(current)} was live`;
  return [{ rule: RULE, taskId: event.taskId, message }];
};

/** Each event belongs to the attempt that was claimed last and has not ended: nobody wrote after another one's claim. */
export const attemptWritesRule = ({ database }: Evidence): Violation[] => {
  const misplaced = misplacedAmong(database.events);
  const groups = Map.groupBy(misplaced, ({ event, current }) =>
    [event.taskId, String(event.attempt), String(current)].join(),
  );
  return [...groups.values()].flatMap(violationOf);
};
