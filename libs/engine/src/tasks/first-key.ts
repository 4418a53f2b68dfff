import { randomInt } from 'node:crypto';
import { apiKeyIdOf, AppError } from '@drydock/domain';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import { apiKeyHash } from './authenticate.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
/** 43 × log2(62) = 256 bits. */
const SECRET_LENGTH = 43;

const letters = (count: number): string =>
  Array.from({ length: count }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');

/** Sees to it that somebody can call the api after its first start. */
export class FirstKey {
  readonly #keys: ApiKeyStore;

  constructor(keys: ApiKeyStore) {
    this.#keys = keys;
  }

  /**
   * @param given - the operator's own key, or null.
   * @returns the key when it was made here, to be shown once: only its hash is kept.
   */
  async ensure(given: string | null): Promise<string | null> {
    if (given !== null) {
      await this.#store(given);
      return null;
    }
    if (await this.#keys.hasAny()) return null;
    const key = `dk_${letters(ID_LENGTH)}_${letters(SECRET_LENGTH)}`;
    await this.#store(key);
    return key;
  }

  async #store(key: string): Promise<void> {
    const id = apiKeyIdOf(key);
    if (id === null) throw new AppError('config_error', 'The first API key is none.');
    await this.#keys.ensureFirstKey(id, apiKeyHash(key));
  }
}
