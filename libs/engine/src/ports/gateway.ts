import type { AppError, Budget, Usage } from '@drydock/domain';
import type { AttemptKey } from './attempt-key.ts';
import type { MeteredCall } from './attempt-store.ts';
import type { SandboxPhase } from './sandbox.ts';

export interface LlmPolicy {
  /** Used when the client names none, and for `GET /v1/models`; null: no default. */
  readonly model: string | null;
  readonly budget: Budget;
  /** Over all earlier attempts of the task. */
  readonly spent: Usage;
  /** Awaited before the reply's last byte goes out, so that no call is ever unrecorded. */
  readonly onCall: (call: MeteredCall) => Promise<void>;
}

export interface EndpointSpec {
  readonly key: AttemptKey;
  readonly phase: Exclude<SandboxPhase, 'collect'>;
  /** `llm.sock` in the phase's `run-…` area; journalled to `prompts.jsonl` in `spool`. */
  readonly llm: LlmPolicy | null;
  /** `egress.sock` in the phase's `run-…` area. */
  readonly egress: { readonly allow: readonly string[] } | null;
  /** One per refused host and port, with what to allow. */
  readonly onNotice: (notice: { code: string; message: string }) => void;
}

export interface GatewayEndpoint {
  /** The last refusal by the budget, or null. */
  refusal(): AppError | null;
  /** The last call if it failed at the provider after all retries, else null: a good call clears it. */
  failure(): AppError | null;
  /** Answered calls so far in this endpoint. */
  answeredCalls(): number;
  /** Ends both sockets and every call under way; idempotent. */
  close(): Promise<void>;
}

/** Worker-side proxies that hold what the sandbox never sees. */
export interface Gateway {
  open(spec: EndpointSpec): Promise<GatewayEndpoint>;
}
