import type { Log } from '../ports/telemetry.ts';

/** Runs `work` again and again with a pause between runs; a failed run is logged and never ends the loop. */
export class IntervalLoop {
  readonly #name: string;
  readonly #pauseMs: number;
  readonly #work: () => Promise<void>;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;
  #current: Promise<void> = Promise.resolve();

  constructor(options: { name: string; pauseMs: number; work: () => Promise<void>; log: Log }) {
    this.#name = options.name;
    this.#pauseMs = options.pauseMs;
    this.#work = options.work;
    this.#log = options.log;
  }

  start(): void {
    this.#current = this.#work()
      .catch((error: unknown) => {
        this.#log.warn({ error, loop: this.#name }, 'a loop run failed');
      })
      .finally(() => {
        if (!this.#stopped)
          this.#timer = setTimeout(() => {
            this.start();
          }, this.#pauseMs);
      });
  }

  /** No new run; resolves when the current one has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#current;
  }
}
