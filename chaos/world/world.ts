import { openPlaces, type Places } from './places.ts';
import { openProcesses, type Processes } from './processes.ts';
import type { ChaosSettings } from './settings.ts';
import { addTeams, instanceIdOf, type TeamKey } from './teams.ts';

/** A whole installation in a hostile environment. */
export interface World extends Processes {
  readonly places: Places;
  readonly instanceId: string;
  readonly teams: readonly TeamKey[];
  /** Ends the workers as an operator would, so that nothing writes any more. */
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the places, starts all processes and waits until they work. */
export const openWorld = async (settings: ChaosSettings): Promise<World> => {
  const places = await openPlaces(settings);
  const processes = await openProcesses(settings, places);
  const { apis, workers } = processes;
  await Promise.all([...apis, ...workers].map((slot) => slot.startAndWait()));
  const stopWorkers = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.process.stop()));
  };
  return {
    ...processes,
    places,
    instanceId: await instanceIdOf(places.postgres.url),
    teams: await addTeams(places.postgres.url, ['north', 'south']),
    stopWorkers,
    close: async () => {
      await Promise.all([...apis, ...workers].map((slot) => slot.close()));
      await places.close();
    },
  };
};
