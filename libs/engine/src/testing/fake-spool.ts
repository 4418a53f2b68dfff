import { Readable } from 'node:stream';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { Spool, SpoolWriter } from '../ports/spool.ts';

/** Spool files in memory, one attempt at a time. */
export class FakeSpool implements Spool {
  readonly files = new Map<string, string>();

  open(_key: AttemptKey, name: string): SpoolWriter {
    this.files.set(name, '');
    return {
      write: (text) => void this.files.set(name, (this.files.get(name) ?? '') + text),
      close: () => Promise.resolve(),
    };
  }

  read(_key: AttemptKey, name: string): ReturnType<Spool['read']> {
    const text = this.files.get(name);
    if (text === undefined) return Promise.resolve(null);
    const bytes = Buffer.from(text);
    return Promise.resolve({ bytes: bytes.length, stream: Readable.from([bytes]) });
  }
}
