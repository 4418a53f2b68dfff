declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type TaskId = Branded<'TaskId'>;
export type TeamId = Branded<'TeamId'>;
export type ApiKeyId = Branded<'ApiKeyId'>;
export type DeliveryId = Branded<'DeliveryId'>;
export type RepositoryId = Branded<'RepositoryId'>;
export type WebhookEndpointId = Branded<'WebhookEndpointId'>;
export type WebhookMessageId = Branded<'WebhookMessageId'>;
/** A worker process from boot to end, `<worker id>:<boot nonce>`: a restarted worker is another session. */
export type SessionId = Branded<'SessionId'>;
/** Random id of one installation (one row in its database); the reaper touches nothing of another one. */
export type InstanceId = Branded<'InstanceId'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 26;
/** 26 characters hold 130 bits: the first of 128 never passes 7. */
const BODY = `[0-7][${ALPHABET}]{${String(LENGTH - 1)}}`;
const TASK_ID = new RegExp(`^task_${BODY}$`);
const REPOSITORY_ID = new RegExp(`^repo_${BODY}$`);
const ENDPOINT_ID = new RegExp(`^whe_${BODY}$`);
/** The database makes most of them, out of what they tell. */
const MESSAGE_ID = new RegExp(`^msg_[${ALPHABET}]{${String(LENGTH)}}$`);

/** 128 bits as 26 lowercase Crockford base32 characters, most significant first, so that text order is byte order. */
export const crockford = (bytes: Uint8Array): string => {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < LENGTH; i++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
};

/** Puts time and version into 16 random bytes as RFC 9562 lays out a UUIDv7. Clock and randomness are the caller's. */
export const uuidV7 = (nowMs: number, random: Uint8Array): Uint8Array => {
  const bytes = Uint8Array.from(random.subarray(0, 16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
};

/** `task_` and the 26 characters of a UUIDv7. */
export const taskIdFrom = (nowMs: number, random: Uint8Array): TaskId =>
  `task_${crockford(uuidV7(nowMs, random))}` as TaskId;

/** `team_` and the 26 characters of a UUIDv7. */
export const teamIdFrom = (nowMs: number, random: Uint8Array): TeamId =>
  `team_${crockford(uuidV7(nowMs, random))}` as TeamId;

/** Whether a text has the form of a task id. */
export const isTaskId = (text: string): text is TaskId => TASK_ID.test(text);

/** `repo_` and the 26 characters of a UUIDv7. */
export const repositoryIdFrom = (nowMs: number, random: Uint8Array): RepositoryId =>
  `repo_${crockford(uuidV7(nowMs, random))}` as RepositoryId;

/** Whether a text has the form of a repository's id. */
export const isRepositoryId = (text: string): text is RepositoryId => REPOSITORY_ID.test(text);

/** `whe_` and the 26 characters of a UUIDv7. */
export const webhookEndpointIdFrom = (nowMs: number, random: Uint8Array): WebhookEndpointId =>
  `whe_${crockford(uuidV7(nowMs, random))}` as WebhookEndpointId;

/** Whether a text has the form of the id of an endpoint of webhooks. */
export const isWebhookEndpointId = (text: string): text is WebhookEndpointId => ENDPOINT_ID.test(text);

/** `msg_` and the 26 characters of a UUIDv7. */
export const webhookMessageIdFrom = (nowMs: number, random: Uint8Array): WebhookMessageId =>
  `msg_${crockford(uuidV7(nowMs, random))}` as WebhookMessageId;

/** Whether a text has the form of the id of an outgoing webhook. */
export const isWebhookMessageId = (text: string): text is WebhookMessageId => MESSAGE_ID.test(text);
