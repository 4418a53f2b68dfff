/** Writing to a disk at every probe would be too dear. */
const FRESH_MS = 5_000;
/** One that hangs, as on a network disk that is gone, has failed. */
const TIMEOUT_MS = 2_000;

/** A costly check for probes: done at most once in a while, whoever asks, and never waited for without a bound. */
export class FreshCheck {
  readonly #check: () => Promise<void>;
  #last: Promise<boolean> | null = null;
  #begunAtMs = 0;

  constructor(check: () => Promise<void>) {
    this.#check = check;
  }

  isPassed(): Promise<boolean> {
    if (this.#last === null || performance.now() - this.#begunAtMs > FRESH_MS) {
      this.#begunAtMs = performance.now();
      this.#last = this.#run();
    }
    return this.#last;
  }

  async #run(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, TIMEOUT_MS, false);
    const passed = this.#check().then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([passed, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
