import { apiKeyIdOf, AppError } from '@drydock/domain';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import { apiKeyHash } from './authenticate.ts';
import { newApiKey } from './new-api-key.ts';

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
    const key = newApiKey();
    await this.#store(key);
    return key;
  }

  async #store(key: string): Promise<void> {
    const id = apiKeyIdOf(key);
    if (id === null) throw new AppError('config_error', 'The first API key is none.');
    await this.#keys.ensureFirstKey(id, apiKeyHash(key));
  }
}
