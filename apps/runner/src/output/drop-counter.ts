const FIRST_REPORT_MS = 1000;

/** Tells how many bytes were left out: soon after the first, then at doubling intervals, and at the end. */
export class DropCounter {
  readonly #report: (bytes: number) => void;
  #bytes = 0;
  #intervalMs = FIRST_REPORT_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (bytes: number) => void) {
    this.#report = report;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#intervalMs *= 2;
      this.finish();
    }, this.#intervalMs);
  }

  finish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#bytes > 0) this.#report(this.#bytes);
    this.#bytes = 0;
  }
}
