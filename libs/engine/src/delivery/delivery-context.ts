import type { Redactor } from '@drydock/domain';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { BranchPublisher } from '../ports/branch-publisher.ts';
import type { ClaimedDelivery, DeliveryFound, DeliveryStore } from '../ports/delivery-store.ts';
import type { EventHints } from '../ports/event-log.ts';
import type { Forge, ForgeRepository, GitPerson } from '../ports/forge.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { PathRules } from './refuse-paths.ts';
import type { AccessStore } from './repository-access.ts';

/** The adapters that deliveries work with. */
export interface DeliveryPorts {
  readonly deliveries: DeliveryStore;
  readonly artifacts: Pick<ArtifactStore, 'get'>;
  readonly forge: Forge;
  readonly publisher: BranchPublisher;
  readonly repositories: AccessStore;
  readonly hints: EventHints;
  readonly telemetry: Pick<Telemetry, 'log' | 'span'>;
}

export interface DeliverySettings {
  /** Where people reach the api, without a slash at its end; null: not known. */
  readonly publicUrl: string | null;
  /** Whom commits are by where the code host does not say whose the credential is. */
  readonly author: GitPerson;
  /** Values that no message may show. */
  readonly secrets: readonly string[];
}

/**
 * Whether nobody has tried before: claims and whoever takes one back count on. There is nothing to look for then, and the
 * requests are saved; what is there nevertheless, the code host refuses a second time.
 */
export const isFirstTry = ({ fence }: ClaimedDelivery): boolean => fence.attempt === 1;

/** What every step of one try shares. */
export interface DeliveryContext {
  readonly ports: DeliveryPorts;
  readonly settings: DeliverySettings;
  readonly claim: ClaimedDelivery;
  readonly repository: ForgeRepository;
  readonly token: string;
  readonly pathRules: PathRules;
  readonly redactor: Redactor;
  /** Keeps what is known, while the delivery is still ours. */
  readonly noteFound: (found: DeliveryFound) => Promise<void>;
  /** Fires when the try is to stop, for whatever reason. */
  readonly signal: AbortSignal;
}
