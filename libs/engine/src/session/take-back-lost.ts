import { crashPoint } from '@drydock/domain';
import { discardArtifacts } from '../attempt/discard-artifacts.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';

export interface TakeBackPorts {
  readonly sessions: SessionStore;
  readonly artifacts: ArtifactStore;
  readonly telemetry: Telemetry;
}

/**
 * One round of the sweep: takes back what lost workers held, and removes what those attempts had stored already. Their
 * artifacts never became visible, and a key names its attempt, so no other can lose a byte by it.
 * @returns how many attempts were taken back.
 */
export const takeBackLost = async ({ sessions, artifacts, telemetry }: TakeBackPorts): Promise<number> => {
  const lost = await sessions.sweep();
  if (lost.length > 0) crashPoint('sweep.after');
  for (const { taskId, attempt, finished } of lost) {
    telemetry.log.warn({ taskId, attempt, outcome: finished?.outcome ?? null }, 'took back a lost attempt');
    if (finished) telemetry.taskFinished(finished.outcome, finished.usage);
    // Nobody waits for it: a store that is slow or away must not hold up the next round.
    void discardArtifacts({ artifacts, telemetry }, { taskId, attempt });
  }
  return lost.length;
};
