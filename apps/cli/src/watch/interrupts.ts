import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, isApiError } from '@drydock/sdk';
import { CliError, EXIT, Interrupted } from '../exit-codes.ts';
import { reportOf } from '../report-error.ts';

const SECOND_PRESS_MS = 2_000;

export interface WatchedTask {
  readonly say: (text: string) => void;
  /** How to come back to it. */
  readonly hint: string;
  /** Called at the second press; aborted by the third one. */
  readonly cancel: (signal: AbortSignal) => Promise<unknown>;
}

/** Counts Ctrl-C while it exists. */
class Presses {
  #count = 0;
  #waiting: { readonly wanted: number; readonly done: () => void }[] = [];

  constructor() {
    process.on('SIGINT', this.#press);
  }

  /** Resolves once it was pressed so often. */
  reached(wanted: number): Promise<void> {
    if (this.#count >= wanted) return Promise.resolve();
    return new Promise((done) => {
      this.#waiting.push({ wanted, done });
    });
  }

  end(): void {
    process.off('SIGINT', this.#press);
  }

  readonly #press = (): void => {
    this.#count++;
    for (const { wanted, done } of this.#waiting) if (this.#count >= wanted) done();
  };
}

/**
 * Runs `work`, which follows a task. Ctrl-C leaves the task alone and ends the command; a second one within two seconds
 * cancels the task, and a third one does not wait for that.
 * @throws Interrupted; CliError with the hint when the API stays away.
 */
export const whileDetachable = async <T>(
  task: WatchedTask,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stop = new AbortController();
  const presses = new Presses();
  void presses.reached(1).then(() => {
    stop.abort(new Interrupted());
  });
  try {
    return await work(stop.signal);
  } catch (error) {
    if (isAway(error)) throw lostSight(error, task.hint);
    if (!(error instanceof Interrupted)) throw error;
    throw await leave(task, presses);
  } finally {
    presses.end();
  }
};

const leave = async (task: WatchedTask, presses: Presses): Promise<Interrupted> => {
  const left = `Left; the task goes on. ${task.hint}`;
  task.say(`\n${left}\nPress Ctrl-C again to cancel it.`);
  if (!(await isPressedAgain(presses))) return new Interrupted(left, { isSaid: true });
  task.say('Cancelling the task.');
  const stop = new AbortController();
  void presses.reached(3).then(() => {
    stop.abort(new Interrupted(`Left before the cancel was taken; the task may go on. ${task.hint}`));
  });
  try {
    await task.cancel(stop.signal);
    return new Interrupted('The task is being cancelled.', { isSaid: true });
  } catch (error) {
    if (error instanceof Interrupted) return error;
    throw error;
  }
};

const isPressedAgain = async (presses: Presses): Promise<boolean> => {
  const timer = new AbortController();
  const late = sleep(SECOND_PRESS_MS, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([presses.reached(2).then(() => true), late]);
  } finally {
    timer.abort();
  }
};

/** Whether the API does not answer, or not now. */
export const isAway = (error: unknown): boolean =>
  error instanceof ConnectionError || (isApiError(error) && error.status >= 500);

const lostSight = (error: unknown, hint: string): CliError => {
  const { code, message } = reportOf(error);
  return new CliError(EXIT.unreachable, code, `${message}\nThe task may go on without you. ${hint}`);
};

/** For work that has nothing to go back to: Ctrl-C ends it, with this message. @throws Interrupted. */
export const whileInterruptible = async <T>(
  message: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stop = new AbortController();
  const onPress = (): void => {
    stop.abort(new Interrupted(message));
  };
  process.on('SIGINT', onPress);
  try {
    return await work(stop.signal);
  } catch (error) {
    // Ctrl-C also ends the programs that the work has started, which then have their own words for it.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    process.off('SIGINT', onPress);
  }
};
