import { oneLine } from '../terminal/safe-text.ts';

/** Tells once that the connection is lost, and once that it is back. */
export class OutageNotice {
  readonly #say: (text: string) => void;
  #isLost = false;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** As `onReconnect` of `tasks.follow`. */
  readonly lost = ({ error, delayMs }: { readonly error: Error | null; readonly delayMs: number }): void => {
    // One cut is nothing to tell anybody: the next connection is there at once.
    if (delayMs === 0 || this.#isLost) return;
    this.#isLost = true;
    this.#say(`The connection was lost; trying again. ${oneLine(error?.message ?? '', 200)}`.trimEnd());
  };

  /** To be called when something comes. */
  back(): void {
    if (this.#isLost) this.#say('Connected again.');
    this.#isLost = false;
  }
}
