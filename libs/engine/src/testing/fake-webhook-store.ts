import {
  AppError,
  WEBHOOK_TEST,
  type TaskId,
  type TeamId,
  type WebhookEndpointId,
  type WebhookEvent,
  type WebhookMessageId,
} from '@drydock/domain';
import type {
  ClaimedWebhook,
  NewWebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointRecord,
  WebhookFence,
  WebhookMessageRecord,
  WebhookMessageState,
  WebhookOutbox,
  WebhookResult,
  WebhookStore,
} from '../ports/webhook-store.ts';

const MAX_ENDPOINTS = 20;
const AT_ONCE = 2;
const CLAIM_MS = 30_000;
const DISABLED = { code: 'webhook_endpoint_disabled', message: 'The endpoint was disabled.' } as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Endpoint extends Mutable<WebhookEndpointRecord> {
  secrets: { secret: string; untilMs: number }[];
  failures: number;
}
interface Message extends Mutable<WebhookMessageRecord> {
  seq: number;
  data: object;
  failures: number;
  sinceMs: number;
  dueMs: number;
  claimedUntilMs: number;
  settledMs: number | null;
}

const unknown = (): AppError => new AppError('not_found', 'There is no such webhook endpoint or delivery.');

/** Outgoing webhooks in memory, with a clock that specs may move. */
export class FakeWebhookStore implements WebhookStore, WebhookOutbox {
  readonly #endpoints = new Map<WebhookEndpointId, Endpoint>();
  readonly #messages: Message[] = [];
  #skewMs = 0;
  #made = 0;

  /** As time goes by. */
  advance(ms: number): void {
    this.#skewMs += ms;
  }

  /** Something happened to a team. */
  tell(teamId: TeamId, type: WebhookEvent, taskId: TaskId): void {
    for (const endpoint of this.#endpoints.values())
      if (endpoint.teamId === teamId && endpoint.enabled && endpoint.events.includes(type))
        this.#add(endpoint, { type, taskId, data: { task: { id: taskId } } });
  }

  async create({ secret, ...endpoint }: NewWebhookEndpoint): Promise<WebhookEndpointRecord> {
    if (this.#ofTeam(endpoint.teamId).length >= MAX_ENDPOINTS)
      throw new AppError('webhook_endpoint_limit', 'The team has as many endpoints as it may have.');
    const now = new Date(this.#now);
    const record: Endpoint = {
      ...{ ...endpoint, kind: 'endpoint', enabled: true, disabledReason: null, failingSince: null },
      ...{ previousSecretUntil: null, createdAt: now, updatedAt: now, failures: 0 },
      secrets: [{ secret, untilMs: Infinity }],
    };
    this.#endpoints.set(record.id, record);
    return viewOf(record);
  }

  async get(teamId: TeamId, id: WebhookEndpointId): Promise<WebhookEndpointRecord | null> {
    const found = this.#within(teamId, id);
    return found && viewOf(found);
  }

  async list(teamId: TeamId, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rest = this.#ofTeam(teamId)
      .filter(({ id }) => id < (cursor ?? 'z'))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const items = rest.slice(0, limit);
    return { items: items.map(viewOf), next: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async change(
    teamId: TeamId,
    id: WebhookEndpointId,
    change: WebhookEndpointChange,
  ): Promise<WebhookEndpointRecord | null> {
    const found = this.#within(teamId, id);
    if (found === null) return null;
    const isElsewhere = change.url !== undefined && change.url !== found.url;
    Object.assign(found, change, { updatedAt: new Date(this.#now) });
    if (change.enabled !== undefined) found.disabledReason = null;
    if (change.enabled === true || isElsewhere) Object.assign(found, { failures: 0, failingSince: null });
    if (change.enabled === false) this.#endPending(id);
    return viewOf(found);
  }

  async remove(teamId: TeamId, id: WebhookEndpointId): Promise<boolean> {
    if (this.#within(teamId, id) === null) return false;
    for (let i = this.#messages.length - 1; i >= 0; i--)
      if (this.#messages[i]?.endpointId === id) this.#messages.splice(i, 1);
    return this.#endpoints.delete(id);
  }

  async rotate(
    teamId: TeamId,
    id: WebhookEndpointId,
    { secret, overlapMs }: { secret: string; overlapMs: number },
  ): Promise<WebhookEndpointRecord | null> {
    const found = this.#within(teamId, id);
    if (found === null) return null;
    const [current] = found.secrets;
    const old = current && overlapMs > 0 ? [{ secret: current.secret, untilMs: this.#now + overlapMs }] : [];
    found.secrets = [{ secret, untilMs: Infinity }, ...old];
    found.previousSecretUntil = overlapMs > 0 ? new Date(this.#now + overlapMs) : null;
    return viewOf(found);
  }

  async messages(
    teamId: TeamId,
    id: WebhookEndpointId,
    {
      limit,
      cursor,
      state,
    }: { limit: number; cursor?: string | undefined; state?: WebhookMessageState | undefined },
  ) {
    if (this.#within(teamId, id) === null) throw unknown();
    const rest = this.#messages
      .filter((one) => one.endpointId === id && one.seq < Number(cursor ?? Infinity))
      .filter((one) => state === undefined || one.state === state)
      .sort((a, b) => b.seq - a.seq);
    const items = rest.slice(0, limit);
    return { items: items.map(messageViewOf), next: rest.length > limit ? String(items.at(-1)?.seq) : null };
  }

  async test(
    teamId: TeamId,
    id: WebhookEndpointId,
    messageId: WebhookMessageId,
  ): Promise<WebhookMessageRecord> {
    const endpoint = this.#enabled(teamId, id);
    return messageViewOf(
      this.#add(endpoint, { id: messageId, type: WEBHOOK_TEST, taskId: null, data: { endpoint: { id } } }),
    );
  }

  async redeliver(
    teamId: TeamId,
    id: WebhookEndpointId,
    messageId: WebhookMessageId,
  ): Promise<WebhookMessageRecord> {
    this.#enabled(teamId, id);
    const found = this.#messages.find((one) => one.endpointId === id && one.id === messageId);
    if (found === undefined) throw unknown();
    if (found.claimedUntilMs > this.#now) found.attempts++;
    Object.assign(found, { state: 'pending', failures: 0, sinceMs: this.#now, dueMs: this.#now });
    Object.assign(found, { claimedUntilMs: 0, settledMs: null, nextAttemptAt: new Date(this.#now) });
    return messageViewOf(found);
  }

  async claimNext(): Promise<ClaimedWebhook | null> {
    const [next] = this.#due();
    const endpoint = next && this.#endpoints.get(next.endpointId);
    if (next === undefined || endpoint === undefined) return null;
    next.attempts++;
    next.dueMs = next.claimedUntilMs = this.#now + CLAIM_MS;
    return {
      fence: { messageId: next.id, attempt: next.attempts },
      endpointId: next.endpointId,
      url: next.url,
      body: JSON.stringify({ type: next.type, timestamp: next.createdAt.toISOString(), data: next.data }),
      secrets: endpoint.secrets.filter(({ untilMs }) => untilMs > this.#now).map(({ secret }) => secret),
      standing: {
        kind: endpoint.kind,
        failures: next.failures,
        ageMs: this.#now - next.sinceMs,
        endpointFailures: endpoint.failures,
        endpointFailingMs: endpoint.failingSince === null ? 0 : this.#now - endpoint.failingSince.getTime(),
      },
    };
  }

  async countDue(atMost: number): Promise<number> {
    const byEndpoint = Map.groupBy(this.#due(), ({ endpointId }) => endpointId);
    const counts = [...byEndpoint].map(([id, due]) => Math.min(due.length, AT_ONCE - this.#underWay(id)));
    return Math.min(
      counts.reduce((sum, count) => sum + count, 0),
      atMost,
    );
  }

  async settle({ messageId, attempt }: WebhookFence, { tried, decision }: WebhookResult): Promise<boolean> {
    const found = this.#messages.find(({ id }) => id === messageId);
    const endpoint = found && this.#endpoints.get(found.endpointId);
    if (endpoint === undefined || found?.attempts !== attempt || found.state !== 'pending') return false;
    found.tries = [...found.tries, tried].slice(-10);
    found.claimedUntilMs = 0;
    if (tried.error === null) Object.assign(endpoint, { failures: 0, failingSince: null });
    else {
      found.failures++;
      endpoint.failures++;
      endpoint.failingSince ??= new Date(this.#now);
    }
    if (decision.do === 'retry') found.dueMs = this.#now + decision.delayMs;
    else this.#settle(found, decision.do === 'settle' ? decision.state : 'failed');
    if (decision.do === 'disable') this.#disable(endpoint, decision);
    return true;
  }

  async deleteSettled({ olderThanMs, limit }: { olderThanMs: number; limit: number }): Promise<number> {
    const old = this.#messages.filter(
      ({ settledMs }) => settledMs !== null && settledMs <= this.#now - olderThanMs,
    );
    for (const one of old.slice(0, limit)) this.#messages.splice(this.#messages.indexOf(one), 1);
    return Math.min(old.length, limit);
  }

  get #now(): number {
    return Date.now() + this.#skewMs;
  }

  #disable(
    endpoint: Endpoint,
    { code, message }: Extract<WebhookResult['decision'], { do: 'disable' }>,
  ): void {
    Object.assign(endpoint, { enabled: false, disabledReason: { code, message } });
    this.#endPending(endpoint.id);
    for (const other of this.#ofTeam(endpoint.teamId))
      if (other.enabled && other.events.includes('webhook_endpoint.disabled'))
        this.#add(other, {
          ...{ type: 'webhook_endpoint.disabled', taskId: null },
          data: { endpoint: { id: endpoint.id, url: endpoint.url, reason: endpoint.disabledReason } },
        });
  }

  #endPending(id: WebhookEndpointId): void {
    const at = new Date(this.#now).toISOString();
    for (const one of this.#messages.filter(
      (message) => message.endpointId === id && message.state === 'pending',
    )) {
      one.tries = [...one.tries, { at, ms: 0, status: null, error: DISABLED }];
      this.#settle(one, 'failed');
    }
  }

  #settle(message: Message, state: WebhookMessageState): void {
    Object.assign(message, { state, settledMs: this.#now, claimedUntilMs: 0 });
  }

  #due(): Message[] {
    return this.#messages
      .filter(({ state, dueMs }) => state === 'pending' && dueMs <= this.#now)
      .filter(({ endpointId }) => this.#underWay(endpointId) < AT_ONCE)
      .sort((a, b) => this.#rank(a) - this.#rank(b) || a.dueMs - b.dueMs);
  }

  /** Endpoints that are sent less come first; of the same, those that do not fail. */
  #rank({ endpointId }: Message): number {
    const isFailing = this.#endpoints.get(endpointId)?.failingSince !== null;
    return this.#underWay(endpointId) * 2 + (isFailing ? 1 : 0);
  }

  #underWay(id: WebhookEndpointId): number {
    return this.#messages.filter((one) => one.endpointId === id && one.claimedUntilMs > this.#now).length;
  }

  #add(
    endpoint: Endpoint,
    told: Pick<Message, 'type' | 'taskId' | 'data'> & { id?: WebhookMessageId },
  ): Message {
    const seq = ++this.#made;
    const message: Message = {
      id: `msg_${String(seq).padStart(26, '0')}` as WebhookMessageId,
      ...told,
      ...{ seq, endpointId: endpoint.id, url: endpoint.url ?? '', state: 'pending', attempts: 0, tries: [] },
      ...{ failures: 0, sinceMs: this.#now, dueMs: this.#now, claimedUntilMs: 0, settledMs: null },
      ...{ createdAt: new Date(this.#now), nextAttemptAt: null },
    };
    this.#messages.push(message);
    return message;
  }

  #ofTeam(teamId: TeamId): Endpoint[] {
    return [...this.#endpoints.values()].filter((one) => one.teamId === teamId);
  }

  #within(teamId: TeamId, id: WebhookEndpointId): Endpoint | null {
    const found = this.#endpoints.get(id);
    return found?.teamId === teamId ? found : null;
  }

  #enabled(teamId: TeamId, id: WebhookEndpointId): Endpoint {
    const found = this.#within(teamId, id);
    if (found === null) throw unknown();
    if (!found.enabled) throw new AppError('webhook_endpoint_disabled', 'The endpoint is disabled.');
    return found;
  }
}

const viewOf = ({ secrets: _secrets, failures: _failures, ...record }: Endpoint): WebhookEndpointRecord =>
  record;

const messageViewOf = (message: Message): WebhookMessageRecord => ({
  id: message.id,
  endpointId: message.endpointId,
  type: message.type,
  taskId: message.taskId,
  url: message.url,
  state: message.state,
  attempts: message.attempts,
  nextAttemptAt: message.state === 'pending' ? new Date(message.dueMs) : null,
  tries: message.tries,
  createdAt: message.createdAt,
});
