import { AppError } from '@drydock/domain';
import type { ForgeRepository } from '@drydock/engine';
import { endedBy } from './ended-by.ts';
import type { GithubClient } from './github-client.ts';
import { toForgeError } from './github-refusal.ts';
import { maskedError } from './masked-error.ts';
import type { RateCircuit } from './rate-circuit.ts';

/** Tries, pauses and waits for a pace included. */
export const CALL_MS = 60_000;

interface CallsOptions {
  readonly client: GithubClient;
  readonly repository: ForgeRepository;
  /** The credential, which no error may say. */
  readonly token: string;
  readonly signal: AbortSignal;
  readonly circuit: RateCircuit;
  /** Whose limit it is. */
  readonly pace: string;
  /** Told when the credential was refused. */
  readonly onRefused: () => void;
}

/** Requests for one repository with one credential: ended by the caller's signal or a deadline, faults as our codes. */
export class GithubCalls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  get subject(): string {
    const { owner, name } = this.#options.repository;
    return `${owner}/${name}`;
  }

  /** Owner and name, as every route takes them. */
  get repo(): { readonly owner: string; readonly repo: string } {
    const { owner, name } = this.#options.repository;
    return { owner, repo: name };
  }

  /**
   * @param work - `request.signal` goes with each request.
   * @param known - turns faults that this call knows into results or errors of its own; undefined: it does not know this one.
   */
  async run<T>(
    work: (client: GithubClient, request: { readonly signal: AbortSignal }) => Promise<T>,
    known: (error: unknown) => Promise<T> | AppError | undefined = () => undefined,
  ): Promise<T> {
    const { client, signal, circuit, pace } = this.#options;
    signal.throwIfAborted();
    circuit.check(pace);
    const both = AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]);
    try {
      return await endedBy(both, () => work(client, { signal: both }));
    } catch (error) {
      signal.throwIfAborted();
      const special = known(error);
      if (special instanceof Promise) return special.catch((thrown: unknown) => this.#rethrow(thrown));
      throw this.#told(special ?? toForgeError(error, this.subject));
    }
  }

  #rethrow(thrown: unknown): never {
    throw thrown instanceof AppError ? maskedError(thrown, this.#options.token) : thrown;
  }

  #told(error: AppError): AppError {
    const { circuit, pace, onRefused, token } = this.#options;
    circuit.note(pace, error);
    if (error.code === 'forge_auth_failed') onRefused();
    return maskedError(error, token);
  }
}
