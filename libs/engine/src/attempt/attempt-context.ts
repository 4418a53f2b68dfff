import {
  abortKindOf,
  AttemptAborted,
  isLoss,
  type LossKind,
  type Redactor,
  type Usage,
} from '@drydock/domain';
import type { AttemptStore, Claim } from '../ports/attempt-store.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { AttemptKey, Fence } from '../ports/attempt-key.ts';
import type { EventHints } from '../ports/event-log.ts';
import type { Forge } from '../ports/forge.ts';
import type { Gateway } from '../ports/gateway.ts';
import type { AccessStore } from '../delivery/repository-access.ts';
import type { Sandboxes } from '../ports/sandbox.ts';
import type { Sources } from '../ports/source.ts';
import type { Spool } from '../ports/spool.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import type { RepositoryRules } from './attempt-plan.ts';
import type { EventWriter } from './event-writer.ts';
import type { LogAllowance } from './phase-log.ts';
import type { HeldAttempt } from '../session/held-attempt.ts';

/** The adapters that an attempt works with. */
export interface AttemptPorts {
  readonly attempts: AttemptStore;
  readonly artifacts: ArtifactStore;
  /** For the tokens of private repositories. */
  readonly forge: Pick<Forge, 'repositoryOf' | 'token'>;
  readonly gateway: Gateway;
  readonly hints: EventHints;
  readonly repositories: AccessStore;
  readonly sandboxes: Sandboxes;
  readonly sources: Sources;
  readonly spool: Spool;
  readonly telemetry: Telemetry;
  readonly workspaces: Workspaces;
}

export interface AttemptSettings {
  readonly rules: RepositoryRules;
  /** Used by `builtin` when the task names no model. */
  readonly defaultModel: string | null;
  /** Values that no event, log or message may show. */
  readonly secrets: readonly string[];
}

/** What every step of one attempt shares. */
export interface AttemptContext {
  readonly ports: AttemptPorts;
  readonly settings: AttemptSettings;
  readonly claim: Claim;
  readonly fence: Fence;
  readonly key: AttemptKey;
  readonly events: EventWriter;
  readonly redactor: Redactor;
  readonly logAllowance: LogAllowance;
  /** Usage over all attempts, as of the last recorded call. */
  readonly meter: { usage: Usage };
  /** Whether the attempt is still ours. */
  readonly held: HeldAttempt;
  /** The attempt's one signal; its reason is an `AttemptAborted`. */
  readonly signal: AbortSignal;
}

/** Throws the typed reason when the attempt has been told to stop, or finds out here that it is lost. */
export const throwIfStopped = ({ held, signal }: Pick<AttemptContext, 'held' | 'signal'>): void => {
  held.check();
  if (!signal.aborted) return;
  throw signal.reason instanceof AttemptAborted
    ? signal.reason
    : new AttemptAborted('lease_lost', 'stopped for an unknown reason');
};

/** How the attempt was lost, or null while it is ours. A loss outranks every other reason to stop. */
export const lossOf = ({ held }: Pick<AttemptContext, 'held'>): LossKind | null => {
  const kind = abortKindOf(held.lost);
  return isLoss(kind) ? kind : null;
};
