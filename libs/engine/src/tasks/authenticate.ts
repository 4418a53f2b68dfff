import { createHash, timingSafeEqual } from 'node:crypto';
import { apiKeyIdOf, AppError, type ApiKeyId } from '@drydock/domain';
import type { ApiKeyRecord, ApiKeyStore } from '../ports/api-key-store.ts';
import type { Caller } from './caller.ts';

/** How long a key that another process revoked may still be accepted. */
const FRESH_MS = 1_000;
/** Bounds the memory that callers with made-up key ids can take. */
const MAX_CACHED = 1_000;

interface Cached {
  readonly record: Promise<ApiKeyRecord | null>;
  readonly untilMs: number;
}

const refuse = (key: string): AppError =>
  new AppError(
    'unauthorized',
    key === ''
      ? 'No API key was sent. Send one as "Authorization: Bearer dk_…".'
      : 'This API key is not known here. It may be mistyped, or belong to another installation.',
  );

/** Only whoever has the whole key is told: to others it is as unknown as any. */
const refuseEnded = (what: 'was revoked' | 'expired', at: Date): AppError =>
  new AppError(
    'unauthorized',
    `This API key ${what} on ${at.toISOString().slice(0, 10)}. Ask an operator for another one.`,
  );

const sameHash = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && left.length > 0 && timingSafeEqual(left, right);
};

const keyIn = (authorization: string | undefined): string =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';

/** SHA-256 of a whole key, as it is stored. */
export const apiKeyHash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** From the Authorization header to the caller. Look-ups are shared and kept for a second. */
export class Authenticate {
  readonly #keys: ApiKeyStore;
  readonly #nowMs: () => number;
  readonly #now: () => Date;
  readonly #cache = new Map<string, Cached>();

  constructor(
    keys: ApiKeyStore,
    nowMs: () => number = () => performance.now(),
    now: () => Date = () => new Date(),
  ) {
    this.#keys = keys;
    this.#nowMs = nowMs;
    this.#now = now;
  }

  /** @throws AppError `unauthorized`, with the reason for whoever has the whole key. */
  async run(authorization: string | undefined): Promise<Caller> {
    const key = keyIn(authorization);
    const keyId = apiKeyIdOf(key);
    if (keyId === null) throw refuse(key);
    const record = await this.#find(keyId);
    if (record === null || !sameHash(record.sha256, apiKeyHash(key))) throw refuse(key);
    const { id, teamId, scopes, requestsPerSecond, expiresAt, revokedAt } = record;
    if (revokedAt !== null) throw refuseEnded('was revoked', revokedAt);
    if (expiresAt !== null && expiresAt <= this.#now()) throw refuseEnded('expired', expiresAt);
    return { keyId: id, teamId, scopes, requestsPerSecond };
  }

  /** Whether the key's id was found not long ago: then even a wrong secret costs no look-up that others share. */
  knows(authorization: string | undefined): boolean {
    return this.#cache.has(apiKeyIdOf(keyIn(authorization)) ?? '');
  }

  /** The next request with this key looks it up. */
  forget(keyId: ApiKeyId): void {
    this.#cache.delete(keyId);
  }

  async #find(keyId: string): Promise<ApiKeyRecord | null> {
    const cached = this.#cache.get(keyId);
    if (cached && cached.untilMs > this.#nowMs()) return cached.record;
    const record = this.#keys.find(keyId);
    this.#remember(keyId, record);
    try {
      const found = await record;
      // An unknown id is not kept: the key may be made in the next second.
      if (found === null) this.#cache.delete(keyId);
      return found;
    } catch (error) {
      this.#cache.delete(keyId);
      throw error;
    }
  }

  #remember(keyId: string, record: Promise<ApiKeyRecord | null>): void {
    this.#cache.delete(keyId);
    const oldest = this.#cache.keys().next();
    if (this.#cache.size >= MAX_CACHED && !oldest.done) this.#cache.delete(oldest.value);
    this.#cache.set(keyId, { record, untilMs: this.#nowMs() + FRESH_MS });
  }
}
