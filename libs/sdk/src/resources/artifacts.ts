import type { Artifact } from '../api-types.ts';
import { bytesOf } from '../http/bytes-of.ts';
import { type CallOptions, type Http } from '../http/http.ts';
import { withTypedFaults } from '../http/typed-faults.ts';

export interface AttemptOptions extends CallOptions {
  /** Of which attempt; default the last one that has any. */
  readonly attempt?: number;
}

/** `/v1/tasks/{id}/artifacts`. */
export class Artifacts {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async list(id: string, { attempt, signal }: AttemptOptions = {}): Promise<readonly Artifact[]> {
    const params = { path: { id }, query: attempt === undefined ? {} : { attempt } };
    const { items } = await this.#http.call(
      (each) => this.#http.raw.GET('/v1/tasks/{id}/artifacts', { params, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
    return items;
  }

  /**
   * A file as a stream; what breaks while it is read is not made whole again: the stream fails with a ConnectionError, or
   * with the reason of the signal.
   * @throws ApiError `artifact_not_ready`, `artifact_not_available`.
   */
  async open(id: string, name: string, options: AttemptOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const { attempt, signal } = options;
    const params = { path: { id, name }, query: attempt === undefined ? {} : { attempt } };
    const stream = await this.#http.call(
      () =>
        this.#http.raw.GET('/v1/tasks/{id}/artifacts/{name}', {
          params,
          parseAs: 'stream',
          ...(signal && { signal }),
        }),
      { isRepeatable: true, timeoutMs: null, ...(signal && { signal }) },
    );
    // An answer without a body has no data.
    const bytes = (stream as ReadableStream<Uint8Array> | null | undefined) ?? new Blob([]).stream();
    return withTypedFaults(bytes, this.#http.baseUrl, signal);
  }

  /** A file as bytes. */
  async read(id: string, name: string, options: AttemptOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { attempt, signal } = options;
    const params = { path: { id, name }, query: attempt === undefined ? {} : { attempt } };
    const bytes = await this.#http.call(
      (each) =>
        this.#http.raw.GET('/v1/tasks/{id}/artifacts/{name}', {
          params,
          parseAs: 'arrayBuffer',
          signal: each,
        }),
      { isRepeatable: true, timeoutMs: null, ...(signal && { signal }) },
    );
    return bytesOf(bytes);
  }
}
