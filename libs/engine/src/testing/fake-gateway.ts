import type { AppError } from '@drydock/domain';
import type { MeteredCall } from '../ports/attempt-store.ts';
import type { EndpointSpec, Gateway, GatewayEndpoint } from '../ports/gateway.ts';

/** One endpoint of the fake, and the levers to play what a sandbox and a provider would do with it. */
export class FakeEndpoint implements GatewayEndpoint {
  readonly spec: EndpointSpec;
  closed = false;
  /** Set by tests. */
  lastRefusal: AppError | null = null;
  lastFailure: AppError | null = null;
  #answered = 0;

  constructor(spec: EndpointSpec) {
    this.spec = spec;
  }

  /** An answered model call, on record as the real gateway would have it before its reply ends. */
  async call(over: Partial<MeteredCall> = {}): Promise<void> {
    if (this.closed || this.spec.llm === null) throw new Error('no LLM socket is open');
    this.#answered += 1;
    this.lastFailure = null;
    await this.spec.llm.onCall({
      callId: `call_${String(this.#answered)}`,
      model: this.spec.llm.model ?? 'scripted',
      inputTokens: 100,
      cachedTokens: 0,
      outputTokens: 10,
      costUsd: 0.001,
      ms: 5,
      status: 200,
      ...over,
    });
  }

  refusal(): AppError | null {
    return this.lastRefusal;
  }

  failure(): AppError | null {
    return this.lastFailure;
  }

  answeredCalls(): number {
    return this.#answered;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** A gateway without sockets. `endpoints` are in the order of opening. */
export class FakeGateway implements Gateway {
  readonly endpoints: FakeEndpoint[] = [];
  /** Thrown by the next `open`, once. */
  openError: Error | null = null;

  open(spec: EndpointSpec): Promise<FakeEndpoint> {
    const error = this.openError;
    this.openError = null;
    if (error !== null) return Promise.reject(error);
    const endpoint = new FakeEndpoint(spec);
    this.endpoints.push(endpoint);
    return Promise.resolve(endpoint);
  }

  /** The endpoints that nobody has closed: a test ends with none. */
  get left(): readonly FakeEndpoint[] {
    return this.endpoints.filter((endpoint) => !endpoint.closed);
  }
}
