import type { Task } from '../api/types.ts';
import { words } from '../text/amounts.ts';

type Tone = 'good' | 'bad' | 'live' | 'wait' | 'off';

const TONES: Readonly<Record<string, Tone>> = {
  succeeded: 'good',
  failed: 'bad',
  running: 'live',
  queued: 'wait',
  waiting_for_input: 'wait',
  cancelled: 'off',
  pending: 'live',
  held: 'wait',
};

interface BadgeProps {
  readonly status: string;
  readonly text?: string;
}

/** A state by shape, colour and word: none of them alone. */
export const Badge = ({ status, text = words(status) }: BadgeProps) => (
  <span class={`badge badge-${TONES[status] ?? 'off'}`}>
    <Mark tone={TONES[status] ?? 'off'} />
    {text}
  </span>
);

const PATHS: Readonly<Record<Tone, string>> = {
  good: 'M4.5 8.3l2.4 2.4 4.6-5.2',
  bad: 'M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6',
  live: 'M8 4.2v3.9l2.6 1.6',
  wait: 'M6.2 5.4v5.2M9.8 5.4v5.2',
  off: 'M4.8 8h6.4',
};

const Mark = ({ tone }: { readonly tone: Tone }) => (
  <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="6.6" />
    <path d={PATHS[tone]} />
  </svg>
);

/** What a task is doing, or how it ended. */
export const taskState = ({ status, phase, outcome }: Pick<Task, 'status' | 'phase' | 'outcome'>): string => {
  if (status === 'running' && phase !== null) return words(phase);
  if (outcome !== null && outcome !== status) return words(outcome);
  return words(status);
};

export const TaskBadge = ({ task }: { readonly task: Task }) => (
  <Badge status={task.status} text={taskState(task)} />
);
