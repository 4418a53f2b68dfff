import type { ServerResponse } from 'node:http';
import { UpstreamFailure } from './upstream.ts';

/** One client's end of a call: writes with back-pressure, and knows when nobody listens any more. */
export class ClientSide {
  readonly response: ServerResponse;
  readonly #abort: AbortController;
  #drain: NodeJS.Timeout | null = null;
  #gone = false;
  #settled = false;

  /**
   * @param abort - ends the call when the client has been gone for `drainMs`: until then the reply is read on, because
   * its end says what it cost.
   */
  constructor(response: ServerResponse, abort: AbortController, drainMs: number) {
    this.response = response;
    this.#abort = abort;
    response.on('error', () => undefined);
    response.once('close', () => {
      if (this.#settled || response.writableFinished) return;
      this.#gone = true;
      this.#drain = setTimeout(() => {
        abort.abort(new UpstreamFailure(499, 'The client went away before the reply ended.', true));
      }, drainMs);
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Resolves when the client may be sent more, or is gone, or the call was ended. */
  async write(text: string): Promise<void> {
    const { response } = this;
    const { signal } = this.#abort;
    if (this.#gone || signal.aborted || response.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done).off('close', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
      signal.addEventListener('abort', done);
    });
  }

  /** No timer outlives the call. */
  settled(): void {
    if (this.#drain !== null) clearTimeout(this.#drain);
    this.#settled = true;
  }
}
