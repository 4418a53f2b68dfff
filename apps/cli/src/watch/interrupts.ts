import { Interrupted } from '../exit-codes.ts';

const SECOND_PRESS_MS = 2_000;

export interface WatchedTask {
  readonly say: (text: string) => void;
  /** Said at the first press: how to come back. */
  readonly hint: string;
  /** Called at the second press. */
  readonly cancel: () => Promise<unknown>;
}

/**
 * Runs `work`, which follows a task. Ctrl-C leaves the task alone and ends the command; a second one within two seconds
 * cancels the task.
 * @throws Interrupted.
 */
export const whileDetachable = async <T>(
  task: WatchedTask,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stop = new AbortController();
  let presses = 0;
  let second: (() => void) | null = null;
  const onPress = (): void => {
    presses++;
    if (presses === 1) stop.abort(new Interrupted());
    else second?.();
  };
  process.on('SIGINT', onPress);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    task.say(`\nLeft; the task goes on. ${task.hint}\nPress Ctrl-C again to cancel it.`);
    const isTwice = presses > 1 || (await pressedAgain((press) => (second = press)));
    if (isTwice) {
      task.say('Cancelling the task.');
      await task.cancel();
    }
    throw error;
  } finally {
    process.off('SIGINT', onPress);
  }
};

const pressedAgain = (listen: (press: () => void) => void): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, SECOND_PRESS_MS);
    listen(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });

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
  } finally {
    process.off('SIGINT', onPress);
  }
};
