import type { Task } from '../api/types.ts';
import { duration } from '../text/amounts.ts';
import { widths, type PhaseSpan } from './timeline.ts';

interface TimelineProps {
  readonly task: Task;
  readonly spans: readonly PhaseSpan[];
  readonly now: number;
}

const secondsOf = (span: PhaseSpan, now: number): number =>
  span.seconds ?? Math.max(0, (now - span.startedMs) / 1000);

const stateOf = (task: Task, span: PhaseSpan, isLast: boolean): string => {
  if (span.seconds === null) return 'live';
  if (isLast && task.status === 'failed') return 'bad';
  return span.isCutOff ? 'off' : 'done';
};

const WORDS: Readonly<Record<string, string>> = {
  live: 'running',
  bad: 'ended here',
  off: 'cut off',
  done: 'done',
};

/** The phases in a row, as wide as they were long. */
export const TimelineView = ({ task, spans, now }: TimelineProps) => {
  if (spans.length === 0) return null;
  const shares = widths(spans, now);
  return (
    <ol class="timeline" aria-label="Phases">
      {spans.map((span, i) => {
        const state = stateOf(task, span, i === spans.length - 1);
        return (
          <li key={i} class={`phase phase-${state}`} style={{ flexBasis: `${String(shares[i] ?? 0)}%` }}>
            <span class="phase-name">{span.phase}</span>
            <span class="phase-time">{duration(secondsOf(span, now))}</span>
            <span class="sr-only">{WORDS[state]}</span>
          </li>
        );
      })}
    </ol>
  );
};
