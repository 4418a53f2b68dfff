import type { FrozenTrigger, WebhookReceipt } from '@drydock/contracts';
import { AppError, crashPoint } from '@drydock/domain';
import type { AuditLog } from '../ports/audit-log.ts';
import type { InboundStore } from '../ports/inbound-store.ts';
import type { RepositoryStore } from '../ports/repository-store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import { judgeSettings } from './judge-trigger.ts';
import { readEvent } from './read-event.ts';

/** Largest body that GitHub sends. */
export const MAX_WEBHOOK_BYTES = 25 * 1024 ** 2;

/** A request as it came. Headers as they stand, undefined when missing. */
export interface WebhookRequest {
  readonly guid: string | undefined;
  readonly event: string | undefined;
  readonly signature: string | undefined;
  /** Address of the sender, for the audit log. */
  readonly address: string;
  /** The bytes that were signed; null: more than are taken. Read only when there is a signature. */
  readonly read: () => Promise<Uint8Array | null>;
}

export interface WebhookPorts {
  readonly inbound: Pick<InboundStore, 'receive'>;
  readonly repositories: Pick<RepositoryStore, 'find'>;
  readonly audit: AuditLog;
  readonly wakeUps: WakeUps;
  readonly log: Log;
  /** HMAC over the very bytes, in constant time; null: webhooks are not configured. */
  readonly verify: ((raw: Uint8Array, signature: string) => Promise<boolean>) | null;
  /** Login of our account at the forge; null: not known yet, so that everybody who is mentioned may be us. */
  readonly self: () => string | null;
}

const GUID = /^[0-9A-Za-z-]{1,64}$/;
const EVENT = /^[a-z_]{1,64}$/;
const WINDOW_MS = 60_000;
/** Of refusals that anybody can bring about, without a secret: more in a minute are not written down one by one. */
const MOST_IN_WINDOW = 60;

type Stranger = 'signature_missing' | 'signature_invalid' | 'payload_too_large';

const parse = (raw: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)) as unknown;
  } catch {
    throw new AppError('malformed_json', 'The body is not JSON that can be parsed.');
  }
};

/**
 * Takes in what a forge sends: checks that it is the forge, freezes what may start something, and leaves the rest for later.
 * One statement in PostgreSQL is all that a sender waits for.
 */
export class ReceiveWebhook {
  readonly #ports: WebhookPorts;
  readonly #nowMs: () => number;
  #windowStart = -Infinity;
  #inWindow = 0;

  constructor(ports: WebhookPorts, nowMs: () => number = () => performance.now()) {
    this.#ports = ports;
    this.#nowMs = nowMs;
  }

  /**
   * @throws AppError `not_found` when webhooks are not configured, `signature_invalid`, `payload_too_large`,
   * `malformed_request` for the headers, `malformed_json`.
   */
  async run(request: WebhookRequest): Promise<WebhookReceipt> {
    const raw = await this.#verified(request);
    const { guid, event } = request;
    if (guid === undefined || !GUID.test(guid) || event === undefined || !EVENT.test(event))
      throw new AppError('malformed_request', 'X-GitHub-Delivery or X-GitHub-Event is missing or odd.');
    const read = readEvent(event, parse(raw), this.#ports.self());
    if (read.is === 'ignored') return { id: guid, state: 'ignored', reason: read.reason };
    if (read.is === 'refused') {
      const { actor, subject, reason } = read;
      await this.#audit({ actor, subject, reason, details: { event, guid } });
      return { id: guid, state: 'refused', reason };
    }
    const { semanticKey, trigger } = read;
    if (await this.#isIdle(trigger)) return { id: guid, state: 'ignored', reason: 'no_trigger' };
    crashPoint('webhook.before_insert');
    const state = await this.#ports.inbound.receive({ id: `github:${guid}`, event, semanticKey, trigger });
    crashPoint('webhook.after_insert');
    if (state === 'received') void this.#ports.wakeUps.ring('deliveries');
    else
      await this.#audit({
        actor: `github:${trigger.sender}`,
        subject: `${trigger.repository.owner}/${trigger.repository.name}#${String(trigger.number)}`,
        reason: 'replayed',
        details: { event, guid },
      });
    return { id: guid, state, reason: state === 'duplicate' ? 'replayed' : null };
  }

  /**
   * As long as we do not know our name, whoever is mentioned may be us: without a look at the settings, every talk in every
   * repository would be kept.
   */
  async #isIdle(trigger: FrozenTrigger): Promise<boolean> {
    const isUnsure = trigger.kind === 'mention' || trigger.kind === 'assignment';
    if (!isUnsure || this.#ports.self() !== null) return false;
    return judgeSettings(trigger, await this.#ports.repositories.find(trigger.repository)).is !== 'fine';
  }

  async #verified(request: WebhookRequest): Promise<Uint8Array> {
    const { verify } = this.#ports;
    if (verify === null)
      throw new AppError('not_found', 'Webhooks are not configured: an operator sets GITHUB_WEBHOOK_SECRET.');
    const { signature } = request;
    if (signature === undefined) throw await this.#stranger(request, 'signature_missing');
    const raw = await request.read();
    if (raw === null) throw await this.#stranger(request, 'payload_too_large');
    if (!(await verify(raw, signature))) throw await this.#stranger(request, 'signature_invalid');
    return raw;
  }

  async #stranger({ address, guid, event }: WebhookRequest, reason: Stranger): Promise<AppError> {
    if (this.#mayWriteDown()) {
      // What a stranger sends goes into the log only in the form that the forge would send it in.
      const known = { guid: guid !== undefined && GUID.test(guid) ? guid : null };
      const name = event !== undefined && EVENT.test(event) ? event : null;
      const details = { ...known, event: name };
      await this.#audit({ actor: `address:${address}`, subject: 'webhook', reason, details });
    }
    return reason === 'payload_too_large'
      ? new AppError('payload_too_large', 'A webhook has at most 25 MB.')
      : new AppError(
          'signature_invalid',
          'X-Hub-Signature-256 is missing or does not fit the body. The secret of the webhook must be GITHUB_WEBHOOK_SECRET.',
        );
  }

  #mayWriteDown(): boolean {
    const now = this.#nowMs();
    if (now - this.#windowStart >= WINDOW_MS) [this.#windowStart, this.#inWindow] = [now, 0];
    return ++this.#inWindow <= MOST_IN_WINDOW;
  }

  async #audit(
    record: Pick<Parameters<AuditLog['add']>[0], 'actor' | 'subject' | 'reason' | 'details'>,
  ): Promise<void> {
    this.#ports.log.warn({ ...record }, 'a webhook was refused');
    await this.#ports.audit.add({ ...record, teamId: null, action: 'webhook.refused' });
  }
}
