import {
  AppError,
  WEBHOOK_TEST,
  type TeamId,
  type WebhookEndpointId,
  type WebhookMessageId,
} from '@drydock/domain';
import type {
  NewWebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointRecord,
  WebhookMessageRecord,
  WebhookMessageState,
  WebhookStore,
} from '@drydock/engine';
import type { Database } from '../database.ts';
import type { Sealer } from '../sealer.ts';
import { ENDPOINT_COLUMNS, endpointOf, webhookSecretPurpose, type EndpointRow } from './endpoint-row.ts';
import { endPending, forgetMessages } from './end-pending.ts';
import { MESSAGE_COLUMNS, messageOf, type MessageRow } from './message-row.ts';

const MAX_ENDPOINTS = 20;
const OF_TEAM = 'e."teamId" = $1 AND e."id" = $2';

// The row of the team is locked, so that two at once do not both find the last place.
const LOCK_TEAM = 'SELECT 1 FROM "Team" WHERE "id" = $1 FOR NO KEY UPDATE';
const CREATE = `INSERT INTO "WebhookEndpoint" AS e ("id", "teamId", "url", "description", "events", "secret")
  SELECT $1, $2, $3, $4, $5, $6 WHERE
    (SELECT count(*) FROM "WebhookEndpoint" o WHERE o."teamId" = $2 AND o."kind" = 'endpoint') < ${String(MAX_ENDPOINTS)}
  RETURNING ${ENDPOINT_COLUMNS}`;

// What the former address has failed at does not count against the new one.
const BEGINS_ANEW = `($6 OR $3 <> e."url")`;
const CHANGE = `UPDATE "WebhookEndpoint" e SET "url" = coalesce($3, e."url"), "description" = coalesce($4, e."description"),
    "events" = coalesce($5, e."events"), "enabled" = coalesce($6, e."enabled"),
    "disabledReason" = CASE WHEN $6 IS NULL THEN e."disabledReason" END,
    "failures" = CASE WHEN ${BEGINS_ANEW} THEN 0 ELSE e."failures" END,
    "failingSince" = CASE WHEN ${BEGINS_ANEW} THEN NULL ELSE e."failingSince" END, "updatedAt" = clock_timestamp()
  WHERE ${OF_TEAM} RETURNING ${ENDPOINT_COLUMNS}`;

const ROTATE = `UPDATE "WebhookEndpoint" e SET "secret" = $3, "previousSecret" = CASE WHEN $4::float8 > 0 THEN e."secret" END,
    "previousSecretUntil" = CASE WHEN $4 > 0 THEN clock_timestamp() + $4 * interval '1 millisecond' END,
    "updatedAt" = clock_timestamp()
  WHERE ${OF_TEAM} RETURNING ${ENDPOINT_COLUMNS}`;

// Locked, so that one that is just being removed is waited for and not found: its message would refer to nothing.
const TEST = `WITH m AS (
    INSERT INTO "WebhookMessage" ("id", "endpointId", "teamId", "type", "data")
    SELECT $3, e."id", e."teamId", '${WEBHOOK_TEST}', jsonb_build_object('endpoint', jsonb_build_object('id', e."id"))
    FROM "WebhookEndpoint" e WHERE ${OF_TEAM} AND e."enabled" FOR KEY SHARE RETURNING *
  ) SELECT ${MESSAGE_COLUMNS} FROM m JOIN "WebhookEndpoint" e ON e."id" = m."endpointId"`;

// The number of the try goes up: what is under way just now no longer decides anything.
const REDELIVER = `UPDATE "WebhookMessage" m SET "state" = 'pending', "failures" = 0, "since" = clock_timestamp(),
    "notBefore" = clock_timestamp(), "claimedUntil" = NULL, "settledAt" = NULL, "attempts" = m."attempts" + CASE
      WHEN m."claimedUntil" > clock_timestamp() THEN 1 ELSE 0 END
  FROM "WebhookEndpoint" e WHERE ${OF_TEAM} AND e."enabled" AND m."endpointId" = e."id" AND m."id" = $3
  RETURNING ${MESSAGE_COLUMNS}`;

const placeOf = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^\d{1,18}$/.test(text))
    throw new AppError('invalid_request', 'The cursor is not one of ours. Begin without one.', {
      issues: [{ pointer: '/cursor', detail: 'must be the `next` of a page' }],
    });
  return text;
};

const pageOf = <Row, Item>(
  rows: Row[],
  limit: number,
  {
    item,
    cursor,
  }: {
    item: (row: Row) => Item;
    cursor: (row: Row) => string;
  },
): { items: Item[]; next: string | null } => {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(item), next: rows.length > limit && last !== undefined ? cursor(last) : null };
};

/** Endpoints of outgoing webhooks in PostgreSQL. */
export class PgWebhookStore implements WebhookStore {
  readonly #database: Database;
  readonly #sealer: Sealer;

  constructor(database: Database, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async create({
    id,
    teamId,
    url,
    description,
    events,
    secret,
  }: NewWebhookEndpoint): Promise<WebhookEndpointRecord> {
    const sealed = this.#sealer.seal(secret, webhookSecretPurpose(id));
    const row = await this.#database.transaction(async (tx) => {
      await tx.rows({ text: LOCK_TEAM, values: [teamId] });
      const values = [id, teamId, url, description, events, sealed];
      const [made] = await tx.rows<EndpointRow>({ text: CREATE, values });
      return made;
    });
    if (row === undefined)
      throw new AppError(
        'webhook_endpoint_limit',
        `A team has at most ${String(MAX_ENDPOINTS)} webhook endpoints. Delete one that is not needed any more.`,
      );
    return endpointOf(row);
  }

  get(teamId: TeamId, id: WebhookEndpointId): Promise<WebhookEndpointRecord | null> {
    return this.#one(`SELECT ${ENDPOINT_COLUMNS} FROM "WebhookEndpoint" e WHERE ${OF_TEAM}`, [teamId, id]);
  }

  async list(teamId: TeamId, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rows = await this.#database.rows<EndpointRow>({
      text: `SELECT ${ENDPOINT_COLUMNS} FROM "WebhookEndpoint" e
        WHERE e."teamId" = $1 AND ($2::text IS NULL OR e."id" < $2) ORDER BY e."id" DESC LIMIT $3`,
      values: [teamId, cursor ?? null, limit + 1],
    });
    return pageOf(rows, limit, { item: endpointOf, cursor: ({ id }) => id });
  }

  async change(
    teamId: TeamId,
    id: WebhookEndpointId,
    { url, description, events, enabled }: WebhookEndpointChange,
  ): Promise<WebhookEndpointRecord | null> {
    const values = [teamId, id, url ?? null, description ?? null, events ?? null, enabled ?? null];
    const changed = await this.#one(CHANGE, values);
    // Null: of another team, or gone: none of its messages is ours to end.
    if (changed !== null && enabled === false) await endPending(this.#database, id);
    return changed;
  }

  async remove(teamId: TeamId, id: WebhookEndpointId): Promise<boolean> {
    if ((await this.get(teamId, id)) === null) return false;
    await forgetMessages(this.#database, id);
    const text = `DELETE FROM "WebhookEndpoint" e WHERE ${OF_TEAM} RETURNING 1`;
    // As a transaction, which is run again when it met with another one.
    const gone = await this.#database.transaction((tx) => tx.rows({ text, values: [teamId, id] }));
    return gone.length > 0;
  }

  rotate(
    teamId: TeamId,
    id: WebhookEndpointId,
    { secret, overlapMs }: { secret: string; overlapMs: number },
  ): Promise<WebhookEndpointRecord | null> {
    return this.#one(ROTATE, [teamId, id, this.#sealer.seal(secret, webhookSecretPurpose(id)), overlapMs]);
  }

  async messages(
    teamId: TeamId,
    id: WebhookEndpointId,
    {
      limit,
      cursor,
      state,
    }: { limit: number; cursor?: string | undefined; state?: WebhookMessageState | undefined },
  ): Promise<{ items: WebhookMessageRecord[]; next: string | null }> {
    if ((await this.get(teamId, id)) === null) throw this.#unknown();
    const rows = await this.#database.rows<MessageRow>({
      text: `SELECT ${MESSAGE_COLUMNS} FROM "WebhookMessage" m JOIN "WebhookEndpoint" e ON e."id" = m."endpointId"
        WHERE ${OF_TEAM} AND m."endpointId" = $2 AND ($3::bigint IS NULL OR m."seq" < $3)
          AND ($4::text IS NULL OR m."state" = $4) ORDER BY m."seq" DESC LIMIT $5`,
      values: [teamId, id, placeOf(cursor), state ?? null, limit + 1],
    });
    return pageOf(rows, limit, {
      item: messageOf,
      cursor: ({ seq }) => Buffer.from(seq).toString('base64url'),
    });
  }

  test(teamId: TeamId, id: WebhookEndpointId, messageId: WebhookMessageId): Promise<WebhookMessageRecord> {
    return this.#message(TEST, teamId, id, messageId);
  }

  redeliver(
    teamId: TeamId,
    id: WebhookEndpointId,
    messageId: WebhookMessageId,
  ): Promise<WebhookMessageRecord> {
    return this.#message(REDELIVER, teamId, id, messageId);
  }

  async #message(
    text: string,
    ...values: [TeamId, WebhookEndpointId, WebhookMessageId]
  ): Promise<WebhookMessageRecord> {
    const [row] = await this.#database.rows<MessageRow>({ text, values });
    if (row !== undefined) return messageOf(row);
    const endpoint = await this.get(values[0], values[1]);
    if (endpoint === null || endpoint.enabled) throw this.#unknown();
    throw new AppError(
      'webhook_endpoint_disabled',
      'Nothing is sent to an endpoint that is disabled. Enable it first.',
    );
  }

  #unknown(): AppError {
    return new AppError('not_found', 'There is no such webhook endpoint, or no such delivery of it.');
  }

  async #one(text: string, values: unknown[]): Promise<WebhookEndpointRecord | null> {
    const [row] = await this.#database.rows<EndpointRow>({ text, values });
    return row === undefined ? null : endpointOf(row);
  }
}
