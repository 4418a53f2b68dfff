import type Docker from 'dockerode';
import { within } from './engine-client.ts';
import { engineFault, statusOf } from './engine-fault.ts';
import type { Patience } from './patience.ts';

const isGone = (error: unknown): boolean => statusOf(error) === 404;

/**
 * Kills and removes a container with its anonymous volumes. One that does not exist is fine.
 * @returns whether it was this call that removed it.
 */
export const removeContainer = async (
  container: Docker.Container,
  patience: Patience,
  signal?: AbortSignal,
): Promise<boolean> => {
  try {
    await patience.with(() => container.remove({ force: true, v: true, ...within(signal) }), signal);
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    if (isGone(error)) return false;
    if (statusOf(error) !== 409) throw engineFault(error, 'remove the sandbox');
  }
  await othersRemoval(container, signal);
  return false;
};

/** 409: somebody else removes it just now. It counts as removed only when it is. */
const othersRemoval = async (container: Docker.Container, signal?: AbortSignal): Promise<void> => {
  try {
    await container.wait({ condition: 'removed', ...within(signal) });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isGone(error)) throw engineFault(error, 'remove the sandbox');
  }
};
