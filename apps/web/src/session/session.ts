/** The key of the person at this tab: in session storage, so that a reload keeps it and a closed tab forgets it. */

const STORED = 'drydock.key';
const REFUSED =
  'Your API key is no longer accepted. It may have expired or been revoked: sign in with another one.';

type Listener = () => void;

const storage = (): Storage | null => {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null; // blocked by the browser: memory does
  }
};

class Session {
  #key = storage()?.getItem(STORED) ?? null;
  #reason: string | null = null;
  readonly #listeners = new Set<Listener>();

  get key(): string | null {
    return this.#key;
  }

  /** Why the session ended; null: it was ended on purpose, or never began. */
  get reason(): string | null {
    return this.#reason;
  }

  begin(key: string): void {
    storage()?.setItem(STORED, key);
    this.#set(key, null);
  }

  end(): void {
    storage()?.removeItem(STORED);
    this.#set(null, null);
  }

  /** The API no longer takes this key. @param reason - in its own words, if it had any. */
  refuse(key: string, reason = REFUSED): void {
    if (this.#key !== key) return;
    storage()?.removeItem(STORED);
    this.#set(null, reason);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(key: string | null, reason: string | null): void {
    this.#key = key;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
  }
}

export const session = new Session();
