import type { AskDead, AttemptKey, Reaped } from '@drydock/engine';
import type Docker from 'dockerode';
import type { HostFacts } from '../compile/host-facts.ts';
import { keyOfLabels, LABELS } from '../compile/sandbox-identity.ts';
import { within } from './engine-client.ts';
import { engineFault } from './engine-fault.ts';
import { Patience } from './patience.ts';
import { removeContainer } from './remove-container.ts';

/** The next round tries again. */
const AT_ONCE = new Patience(0);

interface Found {
  readonly id: string;
  readonly key: AttemptKey;
}

const nameOf = (key: AttemptKey): string => `${key.taskId}/${key.attempt}`;

const look = async (docker: Docker, host: Pick<HostFacts, 'instanceId' | 'host'>): Promise<Found[]> => {
  const label = [`${LABELS.instance}=${host.instanceId}`, `${LABELS.host}=${host.host}`];
  const ours = await docker
    .listContainers({ all: true, filters: { label }, ...within() })
    .catch((error: unknown) => {
      throw engineFault(error, 'list the sandboxes');
    });
  return ours.flatMap(({ Id: id, Labels }) => {
    const key = keyOfLabels(Labels);
    return key === null ? [] : [{ id, key }];
  });
};

/** Removes what dead attempts left behind. One that cannot be removed does not keep the others. */
export const reapContainers = async (
  docker: Docker,
  host: Pick<HostFacts, 'instanceId' | 'host'>,
  askDead: AskDead,
): Promise<Reaped> => {
  const found = await look(docker, host);
  if (found.length === 0) return { removed: 0, stuck: [] };
  const dead = new Set((await askDead(found.map(({ key }) => key))).map(nameOf));
  let removed = 0;
  const stuck: AttemptKey[] = [];
  for (const { id, key } of found) {
    if (!dead.has(nameOf(key))) continue;
    try {
      if (await removeContainer(docker.getContainer(id), AT_ONCE)) removed++;
    } catch {
      stuck.push(key);
    }
  }
  return { removed, stuck };
};
