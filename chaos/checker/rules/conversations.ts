import type { DeliveryEvidence, Evidence, TaskEvidence, Violation } from '../evidence.ts';

const RULE = 'conversations';

/** What the comment about a task must say in the end. */
const wordsOf = (
  { id, outcome }: TaskEvidence,
  delivery: DeliveryEvidence | undefined,
): readonly string[] => [
  id,
  ...(outcome === 'changed' ? ['**Done**'] : []),
  ...(delivery?.state === 'succeeded' ? [delivery.url ?? 'no URL'] : []),
];

/** Whoever asks in an issue sees one reaction, and one comment that tells the end; and every such task is told of. */
export const conversationsRule = ({ database, codeHost }: Evidence): Violation[] => {
  const tasks = new Map(database.tasks.map((task) => [task.id, task]));
  const deliveries = new Map(database.deliveries.map((delivery) => [delivery.taskId, delivery]));
  const threads = new Map(codeHost.threads.map((thread) => [thread.id, thread]));
  const tellings = Map.groupBy(database.tellings, ({ taskId }) => taskId);
  const problemOf = (taskId: string, thread: string): string | null => {
    const [task, shown, own] = [tasks.get(taskId), threads.get(thread), tellings.get(taskId) ?? []];
    if (task === undefined || shown === undefined) return null;
    if (own.length !== 1 || own[0]?.thread !== thread || !own[0].isTold) return `is not told of in ${thread}`;
    if (shown.reactions.join() !== 'eyes')
      return `${thread} shows the reactions ${shown.reactions.join() || 'none'}`;
    const [comment, ...more] = shown.comments;
    if (comment === undefined || more.length > 0)
      return `${thread} has ${String(shown.comments.length)} comments of ours`;
    const missing = wordsOf(task, deliveries.get(taskId)).filter((words) => !comment.includes(words));
    return missing.length === 0 ? null : `the comment in ${thread} does not say ${missing.join(', ')}`;
  };
  return database.inbound.flatMap(({ taskId, thread }): Violation[] => {
    const message = taskId === null ? null : problemOf(taskId, thread);
    return message === null ? [] : [{ rule: RULE, taskId, message }];
  });
};
