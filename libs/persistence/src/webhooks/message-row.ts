import type { WebhookTry } from '@drydock/contracts';
import type { WebhookEndpointId, WebhookMessageId } from '@drydock/domain';
import type { WebhookMessageRecord } from '@drydock/engine';

export interface MessageRow {
  readonly id: WebhookMessageId;
  readonly seq: string;
  readonly endpointId: WebhookEndpointId;
  readonly type: WebhookMessageRecord['type'];
  readonly taskId: string | null;
  readonly url: string;
  readonly state: WebhookMessageRecord['state'];
  readonly attempts: number;
  readonly notBefore: Date;
  readonly tries: WebhookTry[];
  readonly createdAt: Date;
}

/** Select list of a `MessageRow`, of a table named `m` beside its endpoint `e`. */
export const MESSAGE_COLUMNS = `m."id", m."seq"::text AS "seq", m."endpointId", m."type", m."taskId",
  coalesce(m."url", e."url") AS "url", m."state", m."attempts", m."notBefore", m."tries", m."createdAt"`;

export const messageOf = ({ seq: _seq, notBefore, ...row }: MessageRow): WebhookMessageRecord => ({
  ...row,
  nextAttemptAt: row.state === 'pending' ? notBefore : null,
});
