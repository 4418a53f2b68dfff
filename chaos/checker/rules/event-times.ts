import type { AttemptEvidence, EventEvidence, Evidence, Violation } from '../evidence.ts';
import { clockShiftOf } from '../faults.ts';
import { byTask } from '../rows.ts';

const RULE = 'event-times';

/** The database's clock writes these, under the lock of the task's row. */
const BY_DATABASE = /^task\./;
/** Times are kept in milliseconds, and clocks of one host may be that far apart. */
const SLACK_MS = 100;

const backwards = (events: readonly EventEvidence[]): Violation[] =>
  events
    .filter(({ type }) => BY_DATABASE.test(type))
    .flatMap((event, index, all) => {
      const before = all[index - 1];
      if (before === undefined || event.at >= before.at - SLACK_MS) return [];
      const message = `event ${String(event.seq)} (${event.type}) is older than event ${String(before.seq)}`;
      return [{ rule: RULE, taskId: event.taskId, message }];
    });

const outside = (event: EventEvidence, attempt: AttemptEvidence, shiftMs: number): Violation[] => {
  const slack = SLACK_MS + shiftMs;
  if (event.at >= attempt.startedAt - slack && event.at <= (attempt.finishedAt ?? Infinity) + slack)
    return [];
  const message = `event ${String(event.seq)} (${event.type}) is not of the time of attempt ${String(attempt.number)}`;
  return [{ rule: RULE, taskId: event.taskId, message }];
};

/** Times run forwards, and an attempt's events are of its time, give or take what its worker's clock was made to lie. */
export const eventTimesRule = ({ database, faults }: Evidence): Violation[] => {
  const attempts = byTask(database.attempts);
  const events = byTask(database.events);
  return database.tasks.flatMap(({ id }) => {
    const own = attempts.of(id).map((attempt) => ({ attempt, shiftMs: clockShiftOf(faults, attempt) }));
    const work = events.of(id).filter(({ type }) => !BY_DATABASE.test(type));
    return [
      ...backwards(events.of(id)),
      ...work.flatMap((event) => {
        const found = own.find(({ attempt }) => attempt.number === event.attempt);
        return found === undefined ? [] : outside(event, found.attempt, found.shiftMs);
      }),
    ];
  });
};
