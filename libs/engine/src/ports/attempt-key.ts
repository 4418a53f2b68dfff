import type { SessionId, TaskId } from '@drydock/domain';

/** Names one attempt. Adapters derive names, labels and directories from it; the engine sees no host path. */
export interface AttemptKey {
  readonly taskId: TaskId;
  readonly attempt: number;
}

/** What every write of a worker names. A write that hits no row throws `lease_lost`. */
export interface Fence extends AttemptKey {
  readonly sessionId: SessionId;
}

/**
 * The places of one attempt on the worker. Wiring gives every adapter the same map from key and area to a directory.
 * `work` /workspace · `home` /home/agent · `in` /in · `out` collect's output · `base` bare repository with the base commit
 * only · `verify-work`, `verify-home` those of the verify phase · `run-<phase>` sockets · `spool` files of the worker's
 * own (logs, prompts) that no sandbox mounts.
 */
export const WORKSPACE_AREAS = [
  'work',
  'home',
  'in',
  'out',
  'base',
  'verify-work',
  'verify-home',
  'run-setup',
  'run-agent',
  'run-verify',
  'spool',
] as const;
export type WorkspaceArea = (typeof WORKSPACE_AREAS)[number];

/** Absolute directory of an area; `null` as the area gives the attempt's own directory, which holds all the others. */
export type LocateArea = (key: AttemptKey, area: WorkspaceArea | null) => string;
