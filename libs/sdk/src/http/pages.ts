/** One page of a list; `next` is the cursor of the following one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A list: iterate over its pages, or over `items()`. Nothing is asked for before the iteration. */
export class Pages<T> implements AsyncIterable<Page<T>> {
  readonly #read: (cursor: string | undefined) => Promise<Page<T>>;
  readonly #from: string | undefined;

  constructor(read: (cursor: string | undefined) => Promise<Page<T>>, from?: string) {
    this.#read = read;
    this.#from = from;
  }

  /** The first page alone. */
  first(): Promise<Page<T>> {
    return this.#read(this.#from);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Page<T>, void> {
    let page = await this.first();
    yield page;
    while (page.next !== null) {
      page = await this.#read(page.next);
      yield page;
    }
  }

  /** Every item of every page. */
  async *items(): AsyncGenerator<T, void> {
    for await (const page of this) yield* page.items;
  }
}
