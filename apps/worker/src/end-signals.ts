/** Under `npm run`, one Ctrl-C reaches the process twice: from the terminal and from npm. */
const SAME_KEYPRESS_MS = 1000;

export interface EndSteps {
  /** The first: finish what can be finished, hand back the rest. */
  readonly drain: (signal: string) => void;
  /** The second: hand back everything now. */
  readonly hurry: (signal: string) => void;
  /** The third: not even that. */
  readonly quit: () => void;
}

/** What each SIGTERM and SIGINT asks for: the more of them, the less patience. */
export class EndSignals {
  readonly #steps: EndSteps;
  readonly #now: () => number;
  #count = 0;
  #lastInterruptMs = -Infinity;

  constructor(steps: EndSteps, now: () => number = () => performance.now()) {
    this.#steps = steps;
    this.#now = now;
  }

  take(signal: string): void {
    if (signal === 'SIGINT') {
      const isSameKeypress = this.#now() - this.#lastInterruptMs < SAME_KEYPRESS_MS;
      this.#lastInterruptMs = this.#now();
      if (isSameKeypress) return;
    }
    this.#count++;
    if (this.#count === 1) this.#steps.drain(signal);
    else if (this.#count === 2) this.#steps.hurry(signal);
    else this.#steps.quit();
  }
}
