import { isApiError } from '@drydock/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import { type ExitCode, usageError } from '../exit-codes.ts';

export interface Call<A extends readonly string[], O> {
  readonly args: A;
  readonly options: O;
  /** Words after `--`. */
  readonly rest: readonly string[];
}

/** What a command does with its arguments and its flags; the number is what the process ends with. */
export type Work<A extends readonly string[], O> = (context: Context, call: Call<A, O>) => Promise<ExitCode>;

/** Gives a command what it does. Arguments that may be left out are empty strings then. */
export type Act = <A extends readonly string[], O>(command: Command, work: Work<A, O>) => void;

export type Register = (program: Command, act: Act) => void;

/** Values of a flag that may come more than once. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** A parser of numbers, whose error names what would do. */
export const numberFrom =
  (least: number, most: number, { integer = true } = {}) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value) || value < least || value > most)
      throw new InvalidArgumentError(
        most === Infinity
          ? `Use a number of at least ${String(least)}.`
          : `Use a number from ${String(least)} to ${String(most)}.`,
      );
    if (integer && !Number.isInteger(value)) throw new InvalidArgumentError('Use a whole number.');
    return value;
  };

/** `key=value` pairs of a flag that may come more than once. */
export const collectPair = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Use key=value, such as project=shop.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

/** For a task without that attempt, or without a file of it: names the flag. */
export const ofAttempt = async <T>(attempt: number | undefined, read: Promise<T>): Promise<T> => {
  try {
    return await read;
  } catch (error) {
    if (attempt === undefined || !isApiError(error, 'diff_not_available', 'artifact_not_available'))
      throw error;
    throw usageError(`--attempt ${String(attempt)}: ${error.message} \`drydock show\` lists the attempts.`);
  }
};

const TASK_ID = /^task_[0-9a-z]{26}$/;

export const taskId = (text: string): string => {
  if (!TASK_ID.test(text))
    throw new InvalidArgumentError('An id looks like task_01h…; `drydock list` shows them.');
  return text;
};
