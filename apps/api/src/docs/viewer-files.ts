import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { VIEWER_SCRIPT, VIEWER_STYLE } from './viewer-page.ts';

/** A file of the viewer, plain and packed. */
export interface ViewerFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly packed: Buffer;
  readonly etag: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
/** By name; those without a text are of the package. */
const FILES: Readonly<Record<string, { readonly contentType: string; readonly text?: string }>> = {
  'swagger-ui-bundle.js': { contentType: SCRIPT },
  'swagger-ui.css': { contentType: STYLE },
  'viewer.css': { contentType: STYLE, text: VIEWER_STYLE },
  'viewer.js': { contentType: SCRIPT, text: VIEWER_SCRIPT },
};

const pack = promisify(gzip);

/** The viewer of the API document, from the package that is installed here. Read and packed once, when first asked for. */
export class ViewerFiles {
  readonly #directory: string;
  readonly #files = new Map<string, Promise<ViewerFile>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null: there is no such file. */
  get(name: string): Promise<ViewerFile> | null {
    const known = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (known === undefined) return null;
    const kept = this.#files.get(name);
    if (kept !== undefined) return kept;
    const file = this.#read(name, known);
    this.#files.set(name, file);
    // A disk that failed once may be well again.
    file.catch(() => this.#files.delete(name));
    return file;
  }

  async #read(
    name: string,
    { contentType, text }: { contentType: string; text?: string },
  ): Promise<ViewerFile> {
    const bytes = text === undefined ? await readFile(join(this.#directory, name)) : Buffer.from(text);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return { contentType, bytes, packed: await pack(bytes), etag };
  }
}
