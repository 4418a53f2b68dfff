import type { NewWebhookEndpoint, RotateSecretRequest, WebhookDelivery } from '../api-types.ts';
import type {
  WebhookDeliveryListQuery,
  WebhookEndpoint,
  WebhookEndpointChangeRequest,
} from '../api-types.ts';
import type { WebhookEndpointRequest } from '../api-types.ts';
import { type CallOptions, type Http } from '../http/http.ts';
import { Pages } from '../http/pages.ts';

/** `/v1/webhook-endpoints`: who is told what happens. `verifyWebhook` checks what they are told. */
export class WebhookEndpoints {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(query: { limit?: number } = {}, { signal }: CallOptions = {}): Pages<WebhookEndpoint> {
    return new Pages((cursor) =>
      this.#http.call(
        (each) =>
          this.#http.raw.GET('/v1/webhook-endpoints', {
            params: { query: { ...query, ...(cursor !== undefined && { cursor }) } },
            signal: each,
          }),
        { isRepeatable: true, ...(signal && { signal }) },
      ),
    );
  }

  /** The answer holds the secret, this once. */
  create(body: WebhookEndpointRequest, { signal }: CallOptions = {}): Promise<NewWebhookEndpoint> {
    return this.#http.call((each) => this.#http.raw.POST('/v1/webhook-endpoints', { body, signal: each }), {
      isRepeatable: false,
      ...(signal && { signal }),
    });
  }

  get(id: string, { signal }: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#http.call(
      (each) => this.#http.raw.GET('/v1/webhook-endpoints/{id}', { params: { path: { id } }, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  change(
    id: string,
    body: WebhookEndpointChangeRequest,
    { signal }: CallOptions = {},
  ): Promise<WebhookEndpoint> {
    const params = { path: { id } };
    return this.#http.call(
      (each) => this.#http.raw.PATCH('/v1/webhook-endpoints/{id}', { params, body, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    const params = { path: { id } };
    await this.#http.call(
      (each) => this.#http.raw.DELETE('/v1/webhook-endpoints/{id}', { params, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }

  /** A new secret, shown this once; the old one signs too for as long as the body says. */
  rotateSecret(
    id: string,
    body: RotateSecretRequest = {},
    { signal }: CallOptions = {},
  ): Promise<NewWebhookEndpoint> {
    const params = { path: { id } };
    return this.#http.call(
      (each) =>
        this.#http.raw.POST('/v1/webhook-endpoints/{id}/rotate-secret', { params, body, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }

  /** Sends a message that says nothing, to see it arrive. */
  test(id: string, { signal }: CallOptions = {}): Promise<WebhookDelivery> {
    const params = { path: { id } };
    return this.#http.call(
      (each) => this.#http.raw.POST('/v1/webhook-endpoints/{id}/test', { params, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }

  /** What was sent and how it went, newest first. */
  deliveries(
    id: string,
    query: WebhookDeliveryListQuery = {},
    { signal }: CallOptions = {},
  ): Pages<WebhookDelivery> {
    return new Pages(
      (cursor) =>
        this.#http.call(
          (each) =>
            this.#http.raw.GET('/v1/webhook-endpoints/{id}/deliveries', {
              params: { path: { id }, query: { ...query, ...(cursor !== undefined && { cursor }) } },
              signal: each,
            }),
          { isRepeatable: true, ...(signal && { signal }) },
        ),
      query.cursor,
    );
  }

  /** Sends a message again, with its old id. */
  redeliver(id: string, deliveryId: string, { signal }: CallOptions = {}): Promise<WebhookDelivery> {
    const params = { path: { id, deliveryId } };
    return this.#http.call(
      (each) =>
        this.#http.raw.POST('/v1/webhook-endpoints/{id}/deliveries/{deliveryId}/redeliver', {
          params,
          signal: each,
        }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }
}
