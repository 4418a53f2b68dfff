import type { TaskEvent } from '../api/types.ts';

/** A phase of an attempt as it is drawn. */
export interface PhaseSpan {
  readonly attempt: number | null;
  readonly phase: string;
  readonly startedMs: number;
  /** Null while it runs. */
  seconds: number | null;
  /** The attempt ended before the phase did. */
  isCutOff: boolean;
}

/** The phases of a task, in order, as its events tell of them. */
export class Timeline {
  readonly spans: PhaseSpan[] = [];

  add(event: TaskEvent): void {
    switch (event.type) {
      case 'phase.started':
        this.#cutOff(event.at);
        this.spans.push({
          attempt: event.attempt,
          phase: event.phase,
          startedMs: Date.parse(event.at),
          seconds: null,
          isCutOff: false,
        });
        return;
      case 'phase.finished': {
        const span = this.spans.findLast(({ phase, seconds }) => phase === event.phase && seconds === null);
        if (span) span.seconds = event.seconds;
        return;
      }
      case 'task.released':
      case 'task.finished':
        this.#cutOff(event.at);
        return;
      default:
    }
  }

  #cutOff(at: string): void {
    const open = this.spans.at(-1);
    if (open?.seconds !== null) return;
    open.seconds = Math.max(0, (Date.parse(at) - open.startedMs) / 1000);
    open.isCutOff = true;
  }
}

/** Width of each span in percent: by its time, and none so short that it cannot be seen. */
export const widths = (spans: readonly PhaseSpan[], nowMs: number): number[] => {
  const seconds = spans.map((span) => span.seconds ?? Math.max(0, (nowMs - span.startedMs) / 1000));
  const least = Math.max(...seconds, 1) / 12;
  const padded = seconds.map((value) => Math.max(value, least));
  const sum = padded.reduce((total, value) => total + value, 0);
  return padded.map((value) => (value / sum) * 100);
};
