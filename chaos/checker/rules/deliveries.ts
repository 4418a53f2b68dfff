import { isFinal, type Outcome } from '@drydock/domain';
import type { DeliveryEvidence, Evidence, TaskEvidence, Violation } from '../evidence.ts';
import { byTask, wishesOf } from '../rows.ts';

const RULE = 'deliveries';

/** How a delivery ends by what its task came to, whatever the faults: those of a code host pass. */
const endAfter = (outcome: Outcome | null): string => {
  if (outcome === 'changed') return 'succeeded';
  return outcome === 'verification_failed'
    ? 'held: delivery_not_verified'
    : 'failed: forge_nothing_to_deliver';
};

const endOf = ({ state, errorCode }: DeliveryEvidence): string =>
  errorCode === null ? state : `${state}: ${errorCode}`;

const problemOf = (task: TaskEvidence, deliveries: readonly DeliveryEvidence[]): string | null => {
  const [first] = deliveries;
  if (first === undefined || deliveries.length > 1) return `has ${String(deliveries.length)} deliveries`;
  const [expected, found] = [endAfter(task.outcome), endOf(first)];
  if (!isFinal(task.status) || found === expected) return null;
  return `ended as ${String(task.outcome)}, and its delivery is ${found}`;
};

/** Whatever a pull request was asked of has one delivery, which has come to its right end; nothing else has any. */
export const deliveriesRule = (evidence: Evidence): Violation[] => {
  const deliveries = byTask(evidence.database.deliveries);
  return wishesOf(evidence).flatMap(({ task, submission }) => {
    const own = deliveries.of(task.id);
    const unasked = own.length === 0 ? null : 'has a delivery that nobody asked for';
    const message = submission.delivers ? problemOf(task, own) : unasked;
    return message === null ? [] : [{ rule: RULE, taskId: task.id, message }];
  });
};
