import { isFinal } from '@drydock/domain';
import type { EventEvidence, Evidence, TaskEvidence, Violation } from '../evidence.ts';
import { byTask } from '../rows.ts';

const RULE = 'history';

/** Where a history stands after some of its events. */
interface Stand {
  readonly state: 'unborn' | 'queued' | 'running' | 'final';
  readonly attempt: number;
  readonly isCancelled: boolean;
}
type Step = (stand: Stand, event: EventEvidence) => Stand | null;

const UNBORN: Stand = { state: 'unborn', attempt: 0, isCancelled: false };

/** Null: this event cannot come now. */
const STEPS: Readonly<Record<string, Step>> = {
  'task.queued': (stand, { seq }) =>
    stand.state === 'unborn' && seq === 1 ? { ...stand, state: 'queued' } : null,
  'task.claimed': (stand, { attempt }) =>
    stand.state === 'queued' && !stand.isCancelled && attempt === stand.attempt + 1
      ? { ...stand, state: 'running', attempt }
      : null,
  // A cancel that was asked for ends the task: it is not tried again.
  'task.released': (stand) =>
    stand.state === 'running' && !stand.isCancelled ? { ...stand, state: 'queued' } : null,
  'task.cancel_requested': (stand) =>
    (stand.state === 'queued' || stand.state === 'running') && !stand.isCancelled
      ? { ...stand, isCancelled: true }
      : null,
  'task.finished': (stand) =>
    stand.state === 'running' || (stand.state === 'queued' && stand.isCancelled)
      ? { ...stand, state: 'final' }
      : null,
};

/** All others tell of an attempt's work; but what no attempt says and comes after the end, a delivery does. */
const WORK: Step = (stand) => (stand.state === 'running' ? stand : null);
const OF_DELIVERY: readonly string[] = ['delivery.changed', 'notice'];
const DELIVERY: Step = (stand) => (stand.state === 'final' ? stand : null);

const stepOf = ({ type, attempt }: EventEvidence): Step =>
  attempt === null && OF_DELIVERY.includes(type) ? DELIVERY : (STEPS[type] ?? WORK);

const walk = (events: readonly EventEvidence[]): { stand: Stand; problem: string | null } => {
  let stand = UNBORN;
  for (const event of events) {
    const next = stepOf(event)(stand, event);
    if (next === null) {
      const where = stand.isCancelled ? `${stand.state}, its cancel asked for` : stand.state;
      return { stand, problem: `event ${String(event.seq)} (${event.type}) came while it was ${where}` };
    }
    stand = next;
  }
  return { stand, problem: null };
};

/** Retention takes `log` events away: gaps are right then, and only then. */
const numbersProblem = (task: TaskEvidence, events: readonly EventEvidence[]): string | null => {
  const wrong = events.find(({ seq }, index) =>
    task.logsDeletedAt === null ? seq !== index + 1 : seq <= (events[index - 1]?.seq ?? 0),
  );
  if (wrong !== undefined) return `its events are not numbered without a gap: look at ${String(wrong.seq)}`;
  const last = events.at(-1)?.seq ?? 0;
  return last === task.lastSeq ? null : `has ${String(last)} events and counts ${String(task.lastSeq)}`;
};

const rowProblem = (
  task: TaskEvidence,
  { state, isCancelled }: Stand,
  last: EventEvidence,
): string | null => {
  const expected = isFinal(task.status) ? 'final' : task.status;
  if (state !== expected) return `is ${task.status}, and its history ends as ${state}`;
  if (isCancelled !== task.cancelRequested) return 'its row and its history differ about a cancel';
  if (state !== 'final') return null;
  const { status, outcome } = last.payload ?? {};
  if (status === task.status && outcome === task.outcome) return null;
  return `its history ends as ${String(status)} (${String(outcome)}), its row as ${task.status} (${String(task.outcome)})`;
};

const problemOf = (task: TaskEvidence, events: readonly EventEvidence[]): string | null => {
  const numbers = numbersProblem(task, events);
  if (numbers !== null) return numbers;
  const { stand, problem } = walk(events);
  const last = events.findLast((event) => stepOf(event) !== DELIVERY);
  return problem ?? (last === undefined ? 'has no history' : rowProblem(task, stand, last));
};

/** Every history is gap-free, follows the transition table, and ends as the task's row does. One message per task. */
export const historyRule = ({ database }: Evidence): Violation[] => {
  const events = byTask(database.events);
  const known = new Set(database.tasks.map(({ id }) => id));
  const orphans = [...new Set(database.events.map(({ taskId }) => taskId))].filter((id) => !known.has(id));
  return [
    ...database.tasks.flatMap((task) => {
      const message = problemOf(task, events.of(task.id));
      return message === null ? [] : [{ rule: RULE, taskId: task.id, message }];
    }),
    ...orphans.map((taskId) => ({ rule: RULE, taskId, message: 'has a history and is not there' })),
  ];
};
