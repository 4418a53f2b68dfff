const SAME_TIMES = 4;
const ALTERNATING = 6;

/** Times, durations, addresses and process ids differ where nothing else does. */
const normalized = (text: string): string =>
  text
    .replace(/0x[0-9a-f]+/gi, '#')
    .replace(/\d+(\.\d+)?\s?(ms|s|sec|seconds)\b/g, '#')
    .replace(/\d{1,2}:\d{2}(:\d{2})?/g, '#')
    .replace(/\b(pid|process)\s*\d+/gi, '#');

/** Sees an agent go round in circles: by what it does and what comes of it. */
export class StuckDetector {
  #recent: string[] = [];
  #wasNudged = false;

  /**
   * Takes an action with its result.
   * @returns `nudge` the first time that a circle closes, `stuck` the second.
   */
  observe(action: string, result: string): 'fine' | 'nudge' | 'stuck' {
    this.#recent = [...this.#recent, `${action}\0${normalized(result)}`].slice(-ALTERNATING);
    if (!this.#isCircle()) return 'fine';
    if (this.#wasNudged) return 'stuck';
    this.#wasNudged = true;
    this.#recent = [];
    return 'nudge';
  }

  #isCircle(): boolean {
    const last = this.#recent.slice(-SAME_TIMES);
    if (last.length === SAME_TIMES && last.every((entry) => entry === last[0])) return true;
    const [a, b] = this.#recent;
    return (
      this.#recent.length === ALTERNATING &&
      this.#recent.every((entry, index) => entry === (index % 2 === 0 ? a : b))
    );
  }
}

export const NUDGE =
  '[You are repeating the same actions with the same results. Stop and think: list the possible causes, take the likeliest, and do something different. If the task cannot be done, call finish and say why.]';
