import { join } from 'node:path';
import { Redactor, type AllowedPrivateHosts, type ModelPrices } from '@drydock/domain';
import type { EndpointSpec, Gateway, GatewayEndpoint, LlmPolicy, LocateArea, Log } from '@drydock/engine';
import { GATEWAY_BOUNDS, type GatewayBounds } from './bounds.ts';
import { openEgress } from './egress/egress-endpoint.ts';
import { systemResolver, type Resolver } from './egress/resolve-target.ts';
import { BudgetLedger } from './llm/budget-ledger.ts';
import type { Seen } from './llm/endpoint-state.ts';
import { openLlm } from './llm/llm-endpoint.ts';
import { PromptJournal } from './llm/prompt-journal.ts';
import { Upstream, type UpstreamTarget } from './llm/upstream.ts';

export interface UnixGatewayOptions {
  readonly upstreams: { readonly openai: UpstreamTarget; readonly anthropic: UpstreamTarget };
  /** Where the sockets (`run-<phase>`) and the journal (`spool`) go; the directories exist already. */
  readonly locate: LocateArea;
  readonly prices: ModelPrices;
  readonly allowedPrivateHosts: AllowedPrivateHosts;
  readonly log: Log;
  /** Default: the host's own. */
  readonly resolver?: Resolver;
  readonly bounds?: Partial<GatewayBounds>;
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const xApiKey = (key: string): Record<string, string> => ({ 'x-api-key': key });

/** Gateway over unix sockets, a pair per attempt and phase, with connection pools that all attempts share. */
export class UnixGateway implements Gateway {
  readonly #options: UnixGatewayOptions;
  readonly #bounds: GatewayBounds;
  readonly #upstreams: Readonly<Record<'openai' | 'anthropic', Upstream>>;
  readonly #redactor: Redactor;

  constructor(options: UnixGatewayOptions) {
    const { openai, anthropic } = options.upstreams;
    this.#options = options;
    this.#bounds = { ...GATEWAY_BOUNDS, ...options.bounds };
    this.#upstreams = {
      openai: new Upstream(openai, bearer, this.#bounds),
      anthropic: new Upstream(anthropic, xApiKey, this.#bounds),
    };
    this.#redactor = new Redactor([openai.apiKey ?? '', anthropic.apiKey ?? '']);
  }

  async open(spec: EndpointSpec): Promise<GatewayEndpoint> {
    const seen: Seen = { refusal: null, failure: null, answered: 0, heldBytes: 0 };
    const closers: (() => Promise<void>)[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(closers.map((closeOne) => closeOne()));
    };
    try {
      if (spec.llm !== null) closers.push(await this.#openLlm(spec, spec.llm, seen));
      if (spec.egress !== null) closers.push(await this.#openEgress(spec, spec.egress.allow));
    } catch (error) {
      await close();
      throw error;
    }
    return {
      refusal: () => seen.refusal,
      failure: () => seen.failure,
      answeredCalls: () => seen.answered,
      close,
    };
  }

  /** Ends the pooled connections to the providers, for the end of the process. */
  async close(): Promise<void> {
    await Promise.all([this.#upstreams.openai.close(), this.#upstreams.anthropic.close()]);
  }

  #openLlm(spec: EndpointSpec, policy: LlmPolicy, seen: Seen): Promise<() => Promise<void>> {
    const { locate, prices, log } = this.#options;
    const closing = new AbortController();
    const journalPath = join(locate(spec.key, 'spool'), 'prompts.jsonl');
    const endpoint = {
      spec,
      policy,
      seen,
      prices,
      log,
      ledger: new BudgetLedger(policy.budget, policy.spent),
      journal: new PromptJournal(journalPath, this.#redactor, this.#bounds),
      upstreams: this.#upstreams,
      redactor: this.#redactor,
      bounds: this.#bounds,
      closing: closing.signal,
    };
    return openLlm(endpoint, locate(spec.key, `run-${spec.phase}`), closing);
  }

  #openEgress(spec: EndpointSpec, allow: readonly string[]): Promise<() => Promise<void>> {
    const { locate, allowedPrivateHosts, resolver = systemResolver } = this.#options;
    return openEgress({
      directory: locate(spec.key, `run-${spec.phase}`),
      allow,
      phase: spec.phase,
      allowedPrivateHosts,
      resolver,
      bounds: this.#bounds,
      onNotice: spec.onNotice,
    });
  }
}
