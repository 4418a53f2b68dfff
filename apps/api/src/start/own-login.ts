/** Who we are at the code host: asked for until it is known, and kept from then on. */
export class OwnLogin {
  readonly #ask: () => Promise<string | null>;
  #known: string | null = null;

  constructor(ask: () => Promise<string | null>) {
    this.#ask = ask;
  }

  /** Null: not known yet, or nobody. */
  get known(): string | null {
    return this.#known;
  }

  /** @throws AppError of the code host. */
  async learn(): Promise<void> {
    this.#known ??= await this.#ask();
  }
}
