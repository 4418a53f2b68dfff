import type { TaskEvent } from '@drydock/sdk';
import { cost, count, duration, times } from '../terminal/format.ts';

/** Where a task is, as far as its events tell. */
export interface Progress {
  readonly status: string;
  readonly phase: string | null;
  readonly attempt: number;
  /** Calls of the model: what `maxSteps` counts. */
  readonly steps: number;
  readonly tokens: number;
  /** Null once a price was unknown. */
  readonly costUsd: number | null;
  readonly startedAtMs: number | null;
}

export const NO_PROGRESS: Progress = {
  status: 'queued',
  phase: null,
  attempt: 0,
  steps: 0,
  tokens: 0,
  costUsd: 0,
  startedAtMs: null,
};

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The progress after one more event. */
export const advance = (progress: Progress, event: TaskEvent): Progress => {
  switch (event.type) {
    case 'task.claimed':
      return {
        ...progress,
        status: 'running',
        attempt: event.attempt ?? progress.attempt,
        startedAtMs: progress.startedAtMs ?? Date.parse(event.at),
      };
    case 'task.released':
      return { ...progress, status: 'queued', phase: null };
    case 'task.finished':
      return { ...progress, status: event['status'], phase: null };
    case 'phase.started':
      return { ...progress, phase: event['phase'] };
    case 'phase.finished':
      return { ...progress, phase: null };
    case 'model.call': {
      const spent = event['costUsd'];
      return {
        ...progress,
        steps: progress.steps + 1,
        tokens: progress.tokens + numberOf(event['inputTokens']) + numberOf(event['outputTokens']),
        costUsd: typeof spent === 'number' && progress.costUsd !== null ? progress.costUsd + spent : null,
      };
    }
    default:
      return progress;
  }
};

/** `agent · 1m03s · 4 steps · 12.3k tokens · $0.0123` */
export const progressLine = (progress: Progress, sinceMs: number, nowMs: number): string => {
  const { phase, status, steps, tokens, costUsd } = progress;
  const parts = [phase ?? status, duration(nowMs - (progress.startedAtMs ?? sinceMs))];
  if (steps > 0) parts.push(times(steps, 'step'), `${count(tokens)} tokens`, cost(costUsd));
  if (progress.attempt > 1) parts.push(`attempt ${String(progress.attempt)}`);
  return parts.join(' · ');
};
