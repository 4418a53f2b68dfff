import { AppError } from '@drydock/domain';
import { errorCode, textField } from '../thrown-fields.ts';

const CONNECTION_CODES = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'EACCES', 'ETIMEDOUT'];

/** HTTP status of the engine's answer; null when there was none. */
export const statusOf = (thrown: unknown): number | null => {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return null;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : null;
};

/** Half of an engine answers for the other half that is down: the words of its own broken connection. */
const HALF_DOWN = /containerd\.sock|transport is closing|ttrpc: closed|shutting down|code = Unavailable/i;

/** The connection was refused or broke: the engine is down, or was when we asked. */
export const isCutOff = (thrown: unknown): boolean =>
  statusOf(thrown) === null
    ? CONNECTION_CODES.includes(errorCode(thrown) ?? '')
    : (statusOf(thrown) ?? 0) >= 500 && HALF_DOWN.test(textField(thrown, 'message') ?? '');

/** The engine did not answer at all, or not in time. */
export const isUnreachable = (thrown: unknown): boolean => {
  if (isCutOff(thrown)) return true;
  const name = textField(thrown, 'name');
  return statusOf(thrown) === null && (name === 'AbortError' || name === 'TimeoutError');
};

/**
 * A fault of the engine as one of our errors.
 * @param doing - what was tried, to follow "could not": `create the sandbox`.
 */
export const engineFault = (thrown: unknown, doing: string): AppError => {
  if (thrown instanceof AppError) return thrown;
  if (isUnreachable(thrown))
    return new AppError(
      'engine_unreachable',
      `Could not ${doing}: the container engine does not answer (${errorCode(thrown) ?? 'timeout'}). Is it running?`,
      { cause: thrown },
    );
  return new AppError(
    'sandbox_failed',
    `Could not ${doing}: ${(textField(thrown, 'message') ?? String(thrown)).trim()}`,
    { cause: thrown },
  );
};

export const imageMissing = (image: string, cause: unknown): AppError =>
  new AppError(
    'image_missing',
    `The image ${image} is not on this worker, and workers never pull. Pull or build it there, or name another image.`,
    { cause },
  );

/** The image cannot hold the jail, or not start the runner in it. */
export const imageUnusable = (image: string, why: string, cause?: unknown): AppError =>
  new AppError(
    'image_unusable',
    `The image ${image} cannot run the task: ${why}. It must be a Linux image of the worker's architecture.`,
    { cause },
  );
