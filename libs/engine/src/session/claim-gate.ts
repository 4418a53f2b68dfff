export const GATE_EVERY_MS = 5000;

/** Something of the host that a worker needs enough of before it takes work. */
export interface Gauge {
  /** As it follows "not enough of": `the disk of the workspaces`. */
  readonly name: string;
  readonly read: () => Promise<number>;
  /** Below it the gate closes. */
  readonly closesBelow: number;
  /** A closed gate opens at this again, which is more than `closesBelow`: a value beside the bound must not make it flap. */
  readonly opensAt: number;
  /** A value for people, as in `7 %`. */
  readonly show: (value: number) => string;
}

/** Something that must answer. */
export interface Answerer {
  readonly name: string;
  readonly ask: () => Promise<void>;
}

/** After an outage, so many good answers in a row: what has just come up may go down again. */
const GOOD_ANSWERS = 2;

/** Whether this worker is fit to take work, and why not. Refreshed by a loop, so that a claim never waits for it. */
export class ClaimGate {
  readonly #gauges: readonly Gauge[];
  readonly #answerers: readonly Answerer[];
  readonly #low = new Set<Gauge>();
  /** Good answers that are still missing. */
  readonly #missing = new Map<Answerer, number>();
  #problems: readonly string[] = ['not checked yet'];

  constructor(needs: { gauges: readonly Gauge[]; answerers: readonly Answerer[] }) {
    this.#gauges = needs.gauges;
    this.#answerers = needs.answerers;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  get isOpen(): boolean {
    return this.#problems.length === 0;
  }

  async refresh(): Promise<void> {
    const found = await Promise.all([
      ...this.#answerers.map((answerer) => this.#ask(answerer)),
      ...this.#gauges.map((gauge) => this.#measure(gauge)),
    ]);
    this.#problems = found.filter((problem) => problem !== null);
  }

  async #ask(answerer: Answerer): Promise<string | null> {
    try {
      await answerer.ask();
    } catch {
      this.#missing.set(answerer, GOOD_ANSWERS);
      return `${answerer.name} does not answer`;
    }
    const missing = (this.#missing.get(answerer) ?? 0) - 1;
    this.#missing.set(answerer, missing);
    return missing > 0 ? `${answerer.name} answers again, though not for long yet` : null;
  }

  async #measure(gauge: Gauge): Promise<string | null> {
    const value = await gauge.read().catch(() => null);
    if (value === null) {
      this.#low.add(gauge);
      return `${gauge.name} cannot be measured`;
    }
    const bound = this.#low.has(gauge) ? gauge.opensAt : gauge.closesBelow;
    if (value >= bound) {
      this.#low.delete(gauge);
      return null;
    }
    this.#low.add(gauge);
    return `not enough of ${gauge.name}: ${gauge.show(value)} free, ${gauge.show(bound)} needed`;
  }
}
