import fc from 'fast-check';

/** The same seed gives the same decisions, in the order in which they are asked for. */
export class Random {
  readonly #stream: Iterator<number>;

  constructor(seed: number) {
    const [stream] = fc.sample(fc.infiniteStream(fc.noBias(fc.integer({ min: 0, max: 2 ** 30 - 1 }))), {
      seed,
      numRuns: 1,
    });
    if (!stream) throw new Error('no stream of numbers');
    this.#stream = stream;
  }

  /** At least 0, below 1. */
  fraction(): number {
    return (this.#stream.next().value as number) / 2 ** 30;
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.fraction() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Each item as often as its weight says. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T {
    let rest = this.fraction() * items.reduce((sum, { weight }) => sum + weight, 0);
    for (const item of items) if ((rest -= item.weight) < 0) return item;
    return this.pick(items);
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.fraction() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}
