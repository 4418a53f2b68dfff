import type { AttemptKey } from '@drydock/engine';
import type Docker from 'dockerode';
import type { HostFacts } from '../compile/host-facts.ts';
import { keyOfLabels, LABELS } from '../compile/sandbox-identity.ts';
import { within } from './engine-client.ts';
import { engineFault } from './engine-fault.ts';
import { removeContainer } from './remove-container.ts';

/**
 * Removes what dead attempts left behind. The list is taken first and liveness asked for after it: a container that
 * appears in between is not on the list, and one on the list belongs to an attempt that was claimed before.
 */
export const reapContainers = async (
  docker: Docker,
  host: Pick<HostFacts, 'instanceId' | 'host'>,
  isLive: (key: AttemptKey) => boolean,
): Promise<number> => {
  const label = [`${LABELS.instance}=${host.instanceId}`, `${LABELS.host}=${host.host}`];
  const ours = await docker
    .listContainers({ all: true, filters: { label }, ...within() })
    .catch((error: unknown) => {
      throw engineFault(error, 'list the sandboxes');
    });
  let removed = 0;
  for (const { Id, Labels } of ours) {
    const key = keyOfLabels(Labels);
    if (key === null || isLive(key)) continue;
    if (await removeContainer(docker.getContainer(Id))) removed++;
  }
  return removed;
};
