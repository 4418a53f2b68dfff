export interface PollOptions<T> {
  readonly load: (signal: AbortSignal) => Promise<T>;
  /** 0: once, and when asked. */
  readonly everyMs: number;
  readonly onValue: (value: T) => void;
  readonly onError: (error: unknown) => void;
  /** Nobody looks at the tab: it waits. */
  readonly isHidden: () => boolean;
}

/** Reads something again and again; what is asked for while an answer is under way is read once more after it. */
export class Polling<T> {
  readonly #options: PollOptions<T>;
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLoading = false;
  #isWanted = false;

  constructor(options: PollOptions<T>) {
    this.#options = options;
  }

  /** At once, or after the answer that is under way, which may be from before. That one is not cut off: nothing would
   * ever arrive while reasons to ask come faster than answers. */
  refresh(): void {
    this.#isWanted = true;
    if (!this.#isLoading) void this.#readAll();
  }

  /** Somebody looks again. */
  wake(): void {
    if (this.#options.everyMs > 0 && !this.#options.isHidden()) this.refresh();
  }

  stop(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  async #readAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isLoading = true;
    while (this.#isWanted && !this.#ended.signal.aborted) {
      this.#isWanted = false;
      await this.#read();
    }
    this.#isLoading = false;
    if (this.#options.everyMs > 0 && !this.#ended.signal.aborted)
      this.#timer = setTimeout(() => this.wake(), this.#options.everyMs);
  }

  async #read(): Promise<void> {
    const { load, onValue, onError } = this.#options;
    try {
      const value = await load(this.#ended.signal);
      if (!this.#ended.signal.aborted) onValue(value);
    } catch (error) {
      if (!this.#ended.signal.aborted) onError(error);
    }
  }
}
