import type { Delivery, DeliveryRetryRequest, Repository } from '../api-types.ts';
import type { RepositoryChangeRequest, RepositoryRequest } from '../api-types.ts';
import { type CallOptions, type Http } from '../http/http.ts';
import { Pages } from '../http/pages.ts';

/** `/v1/repositories`: what GitHub may start, and how. */
export class Repositories {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(query: { limit?: number } = {}, { signal }: CallOptions = {}): Pages<Repository> {
    return new Pages((cursor) =>
      this.#http.call(
        (each) =>
          this.#http.raw.GET('/v1/repositories', {
            params: { query: { ...query, ...(cursor !== undefined && { cursor }) } },
            signal: each,
          }),
        { isRepeatable: true, ...(signal && { signal }) },
      ),
    );
  }

  /** @throws ApiError `repository_taken`. */
  create(body: RepositoryRequest, { signal }: CallOptions = {}): Promise<Repository> {
    return this.#http.call((each) => this.#http.raw.POST('/v1/repositories', { body, signal: each }), {
      isRepeatable: false,
      ...(signal && { signal }),
    });
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Repository> {
    return this.#http.call(
      (each) => this.#http.raw.GET('/v1/repositories/{id}', { params: { path: { id } }, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  change(id: string, body: RepositoryChangeRequest, { signal }: CallOptions = {}): Promise<Repository> {
    return this.#http.call(
      (each) =>
        this.#http.raw.PATCH('/v1/repositories/{id}', { params: { path: { id } }, body, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.call(
      (each) => this.#http.raw.DELETE('/v1/repositories/{id}', { params: { path: { id } }, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }
}

/** `/v1/deliveries`. */
export class Deliveries {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Again, without the agent. */
  retry(id: string, body: DeliveryRetryRequest = {}, { signal }: CallOptions = {}): Promise<Delivery> {
    return this.#http.call(
      (each) =>
        this.#http.raw.POST('/v1/deliveries/{id}/retry', { params: { path: { id } }, body, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }
}
