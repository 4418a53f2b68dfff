import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import { AppError } from '@drydock/domain';
import type { ReceivedArchive } from '@drydock/engine';
import type { FastifyRequest } from 'fastify';
import { MAX_JSON_BYTES } from '../http/create-adapter.ts';
import type { UploadSpool } from './upload-spool.ts';

/** The two parts, as far as they have come. */
export interface Parts {
  /** JSON text, or what the parser made of a field of type application/json. */
  task: unknown;
  archive: ReceivedArchive | null;
}

const MAX_PARTS = 10;

const invalid = (detail: string): AppError =>
  new AppError('invalid_request', detail, { issues: [{ pointer: '', detail }] });

const tooLarge = (maxBytes: number): AppError =>
  new AppError(
    'archive_too_large',
    `The ZIP may have at most ${String(Math.floor(maxBytes / 1024 ** 2))} MiB.`,
  );

const textOf = async (part: MultipartFile): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of part.file as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_JSON_BYTES) throw new AppError('payload_too_large', 'The part "task" is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const readTask = async (part: MultipartFile | MultipartValue): Promise<unknown> => {
  if (part.type === 'file') return textOf(part);
  if (part.valueTruncated) throw new AppError('payload_too_large', 'The part "task" is too large.');
  return part.value;
};

/** Reads the parts `archive` and `task` of a request, in any order. The archive goes to disk as it comes. */
export class ReadMultipart {
  readonly #spool: UploadSpool;
  readonly #maxBytes: number;

  constructor(spool: UploadSpool, maxBytes: number) {
    this.#spool = spool;
    this.#maxBytes = maxBytes;
  }

  /** On failure no file is left. @throws AppError `malformed_multipart`, `archive_too_large`, `source_conflict`, … */
  async run(request: FastifyRequest): Promise<Parts> {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > this.#maxBytes + MAX_JSON_BYTES) throw tooLarge(this.#maxBytes);
    const parts: Parts = { task: undefined, archive: null };
    try {
      for await (const part of request.parts({ limits: this.#limits() })) await this.#take(part, parts);
      return parts;
    } catch (error) {
      if (parts.archive) await this.#spool.drop(parts.archive);
      // What still comes is thrown away, so that the client gets to read the answer.
      request.raw.unpipe();
      request.raw.resume();
      throw error instanceof AppError
        ? error
        : new AppError('malformed_multipart', 'The multipart body cannot be read to its end.', {
            cause: error,
          });
    }
  }

  async #take(part: Multipart, parts: Parts): Promise<void> {
    if (part.fieldname === 'task') {
      if (parts.task !== undefined) throw invalid('The part "task" comes twice.');
      parts.task = await readTask(part);
    } else if (part.fieldname === 'archive') {
      if (part.type !== 'file') throw invalid('The part "archive" must be a file: give it a file name.');
      if (parts.archive) {
        const detail = 'The part "archive" comes twice.';
        throw new AppError('source_conflict', detail, {
          issues: [{ pointer: '/source', detail, code: 'source_conflict' }],
        });
      }
      parts.archive = await this.#spool.receive(part.file as AsyncIterable<Buffer>);
      if (part.file.truncated || parts.archive.bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
    } else {
      throw invalid('The parts are "archive" (a ZIP file) and "task" (JSON); another one was sent.');
    }
  }

  #limits(): Record<string, number> {
    return {
      // One more, so that the parser's own idea of the bound does not matter; "task" may be a file too.
      fileSize: Math.max(this.#maxBytes, MAX_JSON_BYTES) + 1,
      fieldSize: MAX_JSON_BYTES,
      files: MAX_PARTS,
      fields: MAX_PARTS,
      parts: MAX_PARTS,
      headerPairs: 50,
    };
  }
}
