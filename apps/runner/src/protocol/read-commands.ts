import type { Readable } from 'node:stream';
import type { RunnerCommand } from '@drydock/contracts';

export type StartCommand = Extract<RunnerCommand, { type: 'start' }>;

/** The worker is trusted, so a look at the shape is enough: a schema library would double the time to start. */
const isCommand = (value: unknown): value is RunnerCommand =>
  typeof value === 'object' &&
  value !== null &&
  'v' in value &&
  value.v === 1 &&
  'type' in value &&
  (value.type === 'cancel' ||
    (value.type === 'start' && 'job' in value && typeof value.job === 'object' && value.job !== null));

const parse = (line: string): RunnerCommand | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isCommand(value) ? value : null;
  } catch {
    return null;
  }
};

/**
 * Follows the worker's JSON lines.
 * @param onCommand - Null for a line that is no command of this protocol version.
 * @param onEnd - Called once: the worker is gone.
 */
export const readCommands = (
  input: Readable,
  onCommand: (command: RunnerCommand | null) => void,
  onEnd: () => void,
): void => {
  let pending = '';
  let hasEnded = false;
  const end = (): void => {
    if (!hasEnded) onEnd();
    hasEnded = true;
  };
  input.setEncoding('utf8');
  input.on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onCommand(parse(line));
  });
  input.on('end', end);
  input.on('error', end);
};
