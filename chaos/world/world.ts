import { lendRepositories } from './lend-repositories.ts';
import { openPlaces, type Places } from './places.ts';
import { openProcesses, type Processes } from './processes.ts';
import type { ChaosSettings } from './settings.ts';
import { addTeams, type TeamKey } from './teams.ts';

/** A whole installation in a hostile environment. */
export interface World extends Processes {
  readonly places: Places;
  readonly teams: readonly TeamKey[];
  /** Starts all processes and waits until they work. */
  start(): Promise<void>;
  /** Ends the workers as an operator would, so that nothing writes any more. */
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

const TEAMS = ['north', 'south'];

/** Opens the places; no process is started yet. */
export const openWorld = async (settings: ChaosSettings): Promise<World> => {
  const places = await openPlaces(settings, TEAMS);
  const processes = await openProcesses(settings, places);
  const { apis, workers } = processes;
  const teams = await addTeams(places.postgres.url, TEAMS);
  const stopWorkers = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  return {
    ...processes,
    places,
    teams,
    start: async () => {
      await Promise.all([...apis, ...workers].map((slot) => slot.startAndWait()));
      await lendRepositories(apis[0]?.url ?? '', places, teams);
    },
    stopWorkers,
    close: async () => {
      await Promise.all([...apis, ...workers].map((slot) => slot.close()));
      await places.close();
    },
  };
};
