import type { EndpointSpec, LlmPolicy, Log } from '@drydock/engine';
import type { AppError, ModelPrices, Redactor } from '@drydock/domain';
import type { GatewayBounds } from '../bounds.ts';
import type { BudgetLedger } from './budget-ledger.ts';
import type { PromptJournal } from './prompt-journal.ts';
import type { Upstream } from './upstream.ts';

/** All that the calls of one LLM socket share. */
export interface LlmEndpoint {
  readonly spec: Pick<EndpointSpec, 'key' | 'phase'>;
  readonly policy: LlmPolicy;
  readonly ledger: BudgetLedger;
  readonly journal: PromptJournal;
  readonly upstreams: Readonly<Record<'openai' | 'anthropic', Upstream>>;
  readonly prices: ModelPrices;
  readonly redactor: Redactor;
  readonly bounds: GatewayBounds;
  readonly log: Log;
  /** Aborted with an UpstreamFailure when the endpoint closes. */
  readonly closing: AbortSignal;
  /** What the engine asks for after the phase. */
  readonly seen: Seen;
}

export interface Seen {
  refusal: AppError | null;
  failure: AppError | null;
  answered: number;
  /** Bytes of request bodies in memory. */
  heldBytes: number;
}
