import type { Task } from '../api/types.ts';
import { duration, words } from '../text/amounts.ts';
import { widths, type PhaseSpan } from './timeline.ts';

interface TimelineProps {
  readonly task: Task;
  readonly spans: readonly PhaseSpan[];
  readonly now: number;
}

const secondsOf = (span: PhaseSpan, now: number): number =>
  span.seconds ?? Math.max(0, (now - span.startedMs) / 1000);

/** The phase that an outcome blames; of others it is the last one. */
const BLAMED: Readonly<Record<string, string>> = {
  agent_failed: 'agent',
  agent_stuck: 'agent',
  budget_exceeded: 'agent',
  timeout: 'agent',
  setup_failed: 'setup',
  checkout_failed: 'checkout',
  verification_failed: 'verify',
  patch_rejected: 'collect',
};

/** Index of the phase in which the task failed; -1: it did not. */
const failedAt = ({ status, outcome }: Task, spans: readonly PhaseSpan[]): number => {
  if (status !== 'failed') return -1;
  const blamed = spans.findLastIndex(({ phase }) => phase === BLAMED[outcome ?? '']);
  return blamed < 0 ? spans.length - 1 : blamed;
};

const stateOf = (span: PhaseSpan, isFailed: boolean): string => {
  if (span.seconds === null) return 'live';
  if (isFailed) return 'bad';
  return span.isCutOff ? 'off' : 'done';
};

const WORDS: Readonly<Record<string, string>> = {
  live: 'running',
  bad: 'failed',
  off: 'cut off',
  done: 'done',
};

/** The phases in a row, as wide as they were long; another attempt begins with its number. */
export const TimelineView = ({ task, spans, now }: TimelineProps) => {
  // Its place is kept until its events are there, so that nothing below it jumps.
  if (spans.length === 0) return task.startedAt === null ? null : <div class="timeline-scroll" />;
  const shares = widths(spans, now);
  const failed = failedAt(task, spans);
  const isOne = spans.every(({ attempt }) => attempt === spans[0]?.attempt);
  return (
    <div class="timeline-scroll" role="region" aria-label="Timeline" tabIndex={0}>
      <ol class="timeline" aria-label="Phases">
        {spans.map((span, i) => {
          const state = stateOf(span, i === failed);
          const isNext = !isOne && span.attempt !== spans[i - 1]?.attempt;
          return (
            <li
              key={i}
              class={`phase phase-${state}${isNext ? ' phase-next' : ''}`}
              style={{ flexBasis: `${String(shares[i] ?? 0)}%` }}
            >
              {isNext && <span class="phase-attempt">attempt {span.attempt}</span>}
              <span class="phase-name">{words(span.phase)}</span>
              <span class="phase-time">{duration(secondsOf(span, now))}</span>
              <span class="sr-only">{WORDS[state]}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
};
