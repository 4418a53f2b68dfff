import { randomBytes } from 'node:crypto';
import type {
  RotateSecretRequest,
  WebhookEndpointChangeRequest,
  WebhookEndpointRequest,
} from '@drydock/contracts';
import {
  AppError,
  parseWebhookUrl,
  webhookEndpointIdFrom,
  webhookMessageIdFrom,
  type AllowedPrivateHosts,
  type WebhookEndpointId,
  type WebhookMessageId,
} from '@drydock/domain';
import type {
  WebhookEndpointRecord,
  WebhookMessageRecord,
  WebhookMessageState,
  WebhookStore,
} from '../ports/webhook-store.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import type { Caller } from '../tasks/caller.ts';
import { newWebhookSecret } from './new-webhook-secret.ts';

export interface WebhookManagementPorts {
  readonly webhooks: WebhookStore;
  readonly wakeUps: WakeUps;
}

/** An endpoint with the secret that it was just given. */
export interface WithSecret {
  readonly endpoint: WebhookEndpointRecord;
  readonly secret: string;
}

interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const noEndpoint = (): AppError => new AppError('not_found', 'There is no such webhook endpoint.');

const withoutUndefined = <T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** Endpoints of outgoing webhooks. Methods that name one throw `not_found`, also for another team's. */
export class ManageWebhooks {
  readonly #ports: WebhookManagementPorts;
  readonly #allowed: AllowedPrivateHosts;

  constructor(ports: WebhookManagementPorts, allowed: AllowedPrivateHosts) {
    this.#ports = ports;
    this.#allowed = allowed;
  }

  /** @throws AppError `webhook_url_not_allowed`, `webhook_endpoint_limit`. */
  async create({ teamId }: Caller, request: WebhookEndpointRequest): Promise<WithSecret> {
    parseWebhookUrl(request.url, '/url', this.#allowed);
    const secret = newWebhookSecret();
    const id = webhookEndpointIdFrom(Date.now(), randomBytes(16));
    return { endpoint: await this.#ports.webhooks.create({ ...request, id, teamId, secret }), secret };
  }

  async get({ teamId }: Caller, id: WebhookEndpointId): Promise<WebhookEndpointRecord> {
    const found = await this.#ports.webhooks.get(teamId, id);
    if (found === null) throw noEndpoint();
    return found;
  }

  list({ teamId }: Caller, page: Page): Promise<{ items: WebhookEndpointRecord[]; next: string | null }> {
    return this.#ports.webhooks.list(teamId, page);
  }

  /** @throws AppError `webhook_url_not_allowed`. */
  async change(
    caller: Caller,
    id: WebhookEndpointId,
    request: WebhookEndpointChangeRequest,
  ): Promise<WebhookEndpointRecord> {
    if (request.url !== undefined) {
      parseWebhookUrl(request.url, '/url', this.#allowed);
      await this.#refuseCallbacks(caller, id, 'url');
    }
    if (request.events !== undefined) await this.#refuseCallbacks(caller, id, 'events');
    const changed = await this.#ports.webhooks.change(caller.teamId, id, withoutUndefined(request));
    if (changed === null) throw noEndpoint();
    return changed;
  }

  async remove({ teamId }: Caller, id: WebhookEndpointId): Promise<void> {
    if (!(await this.#ports.webhooks.remove(teamId, id))) throw noEndpoint();
  }

  async rotate(
    { teamId }: Caller,
    id: WebhookEndpointId,
    { overlapSeconds }: RotateSecretRequest,
  ): Promise<WithSecret> {
    const secret = newWebhookSecret();
    const overlapMs = overlapSeconds * 1000;
    const endpoint = await this.#ports.webhooks.rotate(teamId, id, { secret, overlapMs });
    if (endpoint === null) throw noEndpoint();
    return { endpoint, secret };
  }

  messages(
    { teamId }: Caller,
    id: WebhookEndpointId,
    page: Page & { readonly state?: WebhookMessageState | undefined },
  ): Promise<{ items: WebhookMessageRecord[]; next: string | null }> {
    return this.#ports.webhooks.messages(teamId, id, page);
  }

  /** @throws AppError `webhook_endpoint_disabled`, `invalid_request` for callbacks, which have no address of their own. */
  async test(caller: Caller, id: WebhookEndpointId): Promise<WebhookMessageRecord> {
    await this.#refuseCallbacks(caller, id, null);
    const messageId = webhookMessageIdFrom(Date.now(), randomBytes(16));
    const message = await this.#ports.webhooks.test(caller.teamId, id, messageId);
    this.#wake();
    return message;
  }

  /** @throws AppError `webhook_endpoint_disabled`. */
  async redeliver(
    { teamId }: Caller,
    id: WebhookEndpointId,
    messageId: WebhookMessageId,
  ): Promise<WebhookMessageRecord> {
    const message = await this.#ports.webhooks.redeliver(teamId, id, messageId);
    this.#wake();
    return message;
  }

  /** Not awaited: a lost wake-up costs a second. */
  #wake(): void {
    void this.#ports.wakeUps.ring('deliveries');
  }

  async #refuseCallbacks(caller: Caller, id: WebhookEndpointId, field: string | null): Promise<void> {
    if ((await this.get(caller, id)).kind === 'endpoint') return;
    const detail = 'This one signs the callbacks of tasks: each task names its own address, by callbackUrl.';
    const issues = field === null ? [] : [{ pointer: `/${field}`, detail }];
    throw new AppError('invalid_request', detail, { issues });
  }
}
