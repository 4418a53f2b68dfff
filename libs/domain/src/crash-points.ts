/**
 * Every step where state changes hands, in the order of a task's walk. The chaos suite has a process die by SIGKILL at each
 * of them; a name that no place in the source calls, or a call of a name that is not here, fails `crash-points.spec.ts`.
 */
export const CRASH_POINTS = [
  // api
  'submit.before_insert',
  'submit.after_insert',
  'submit.after_wake_up',
  'cancel.after',
  'webhook.before_insert',
  'webhook.after_insert',
  // worker
  'ring.before_wake_up',
  'claim.before',
  'claim.after',
  'checkout.after_pin',
  'container.before_create',
  'container.after_create',
  'container.after_start',
  'collect.before',
  'collect.after',
  'artifacts.before',
  'artifacts.after_first',
  'artifacts.after',
  'finish.before',
  'finish.after',
  'sweep.after',
  // worker, what a code host sent
  'inbound.claimed',
  'inbound.reacted',
  'inbound.task_made',
  'inbound.before_settle',
  'inbound.after_settle',
  // worker, the comment about a task
  'telling.claimed',
  'telling.comment_made',
  'telling.noted',
  'telling.comment_edited',
  'telling.after_settle',
  // worker, a delivery
  'delivery.claimed',
  'delivery.token',
  'delivery.fetched',
  'delivery.tree',
  'delivery.commit',
  'delivery.pushed',
  'delivery.noted',
  'delivery.opened',
  'delivery.decorated',
  'delivery.before_finish',
  'delivery.after_finish',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Whether a text is one of them. */
export const isCrashPoint = (text: string): text is CrashPoint => CRASH_POINTS.some((name) => name === text);

interface Armed {
  readonly name: CrashPoint;
  readonly crash: () => void;
}

let armed: Armed | null = null;

/**
 * Has `crash` called at the next pass of `name`: SIGKILL of the process itself, as when a machine loses its power. Null, as
 * in every process that is not under test: nothing is armed.
 */
export const armCrashPoint = (name: CrashPoint | null, crash: () => void): void => {
  armed = name === null ? null : { name, crash };
};

/** A place where a process may die. Costs one comparison. */
export const crashPoint = (name: CrashPoint): void => {
  if (armed?.name !== name) return;
  const { crash } = armed;
  armed = null;
  crash();
};
