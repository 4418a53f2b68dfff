import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { AppError } from '@drydock/domain';
import type { AttemptKey, LocateArea, Spool, SpoolWriter } from '@drydock/engine';
import { readOnDemand } from './read-on-demand.ts';

/** Spool files in the attempt's own directory: they go with it, so that a crash leaves nothing for the reaper to miss. */
export class FilesystemSpool implements Spool {
  readonly #locate: LocateArea;

  constructor(locate: LocateArea) {
    this.#locate = locate;
  }

  open(key: AttemptKey, name: string): SpoolWriter {
    const file = createWriteStream(this.#path(key, name), { mode: 0o600 });
    const ended = finished(file);
    // Until `close` nobody waits for it.
    ended.catch(() => undefined);
    return {
      write: (text) => {
        if (!file.destroyed) file.write(text);
      },
      close: async () => {
        file.end();
        await ended.catch((error: unknown) => {
          throw new AppError('store_failed', `The worker could not write ${name}. Is its disk full?`, {
            cause: error,
          });
        });
      },
    };
  }

  async read(
    key: AttemptKey,
    name: string,
  ): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> } | null> {
    const path = this.#path(key, name);
    const stats = await stat(path).catch(() => null);
    return stats ? { bytes: stats.size, stream: readOnDemand(path) } : null;
  }

  #path(key: AttemptKey, name: string): string {
    return join(this.#locate(key, 'spool'), name);
  }
}
