import type { DoneCode } from '../protocol/done-codes.ts';

/** The workspace cannot become a patch. */
export class CollectFailure extends Error {
  readonly code: DoneCode;

  constructor(code: DoneCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Bytes as latin1 in a message for people: as text where they are UTF-8, quoted. */
export const shownPath = (path: string): string =>
  JSON.stringify(Buffer.from(path, 'latin1').toString('utf8')).slice(0, 300);
