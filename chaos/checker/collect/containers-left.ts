import type Docker from 'dockerode';
import type { Leftover } from '../evidence.ts';

const INSTANCE = 'drydock.instance';

/** All that the engine keeps under the label of one installation. */
export const containersLeft = async (engine: Docker, instanceId: string): Promise<Leftover[]> => {
  const filters = { label: [`${INSTANCE}=${instanceId}`] };
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Id, Names, State }) => ({
      kind: 'container' as const,
      name: `${Names.join(' ')} (${State}) ${Id}`,
    })),
    ...networks.map(({ Name, Id }) => ({ kind: 'network' as const, name: `${Name} ${Id}` })),
    ...volumes.map(({ Name }) => ({ kind: 'volume' as const, name: Name })),
  ];
};
