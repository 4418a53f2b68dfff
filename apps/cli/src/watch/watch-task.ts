import type { Task, TaskEvent } from '@drydock/sdk';
import type { Drydock } from '@drydock/sdk/node';
import type { Context } from '../context.ts';
import { oneLine } from '../terminal/safe-text.ts';
import { describeEvent } from './describe-event.ts';
import { OutageNotice } from './outage-notice.ts';
import { advance, NO_PROGRESS, type Progress, progressLine } from './task-progress.ts';

const REDRAW_MS = 200;
/** Where nothing can be redrawn, a line now and then shows that it still goes on. */
const PLAIN_LINE_MS = 30_000;

export interface WatchOptions {
  readonly after?: number;
  /** Also what programs write. */
  readonly isDetailed: boolean;
  readonly signal: AbortSignal;
}

/** Follows a task to its end and shows how it goes. @returns the final task. */
export const watchTask = async (
  context: Context,
  client: Drydock,
  task: { readonly id: string } & WatchOptions,
): Promise<Task> => {
  const { id, isDetailed, signal, after = 0 } = task;
  const show = new Display(context, isDetailed);
  try {
    for await (const event of client.tasks.follow(id, { after, signal, onReconnect: show.outage.lost }))
      show.event(event);
    return await client.tasks.get(id, { signal });
  } finally {
    show.end();
  }
};

class Display {
  readonly #context: Context;
  readonly #isDetailed: boolean;
  readonly #sinceMs = Date.now();
  readonly outage: OutageNotice;
  readonly #timer: NodeJS.Timeout;
  #progress: Progress = NO_PROGRESS;

  constructor(context: Context, isDetailed: boolean) {
    this.#context = context;
    this.#isDetailed = isDetailed;
    this.outage = new OutageNotice((text) => {
      context.say(text);
    });
    const { terminal } = context;
    this.#timer = setInterval(
      () => {
        this.#showProgress();
      },
      terminal.isErrTty ? REDRAW_MS : PLAIN_LINE_MS,
    );
  }

  event(event: TaskEvent): void {
    this.#progress = advance(this.#progress, event);
    const { terminal } = this.#context;
    this.outage.back();
    const line = describeEvent(event, terminal.err, this.#isDetailed);
    if (line !== null) this.#context.say(line);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#context.terminal.endStatus();
  }

  #showProgress(): void {
    const { terminal, isJson } = this.#context;
    if (isJson) return;
    const line = progressLine(this.#progress, this.#sinceMs, Date.now());
    if (terminal.isErrTty) terminal.status(terminal.err.dim(oneLine(line, terminal.columns - 1)));
    else terminal.say(line);
  }
}
