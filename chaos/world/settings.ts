/** What a run is asked to be. */
export interface ChaosSettings {
  readonly seed: number;
  /** How long faults and tasks keep coming. */
  readonly seconds: number;
  /** Whether faults may reach beyond the suite's own processes and containers: the engine and mounts of this host. */
  readonly mayHarmHost: boolean;
  /** Names of the faults to draw from; null: all. */
  readonly only: readonly string[] | null;
  /** Files to run instead of those in `dist`, broken on purpose. */
  readonly bundles: { readonly api: string; readonly worker: string } | null;
  /** After the last fault is healed, every task must have ended within this time. */
  readonly patienceSeconds: number;
  readonly workers: number;
  /** Tasks that are under way at any time. */
  readonly load: number;
  /** Share of the submissions with a key that are sent again although they were accepted. */
  readonly sentAgain: number;
  readonly log: (line: string) => void;
}

export const DEFAULTS: ChaosSettings = {
  seed: 1,
  seconds: 60,
  mayHarmHost: false,
  only: null,
  bundles: null,
  patienceSeconds: 120,
  workers: 3,
  load: 10,
  sentAgain: 0.15,
  log: () => undefined,
};
