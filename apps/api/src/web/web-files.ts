import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A file of the pages, as it is sent. */
export interface WebFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Null: as it is. */
  readonly encoding: 'br' | 'gzip' | null;
  readonly etag: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** As the build writes them: no path, no dots but one before each ending. */
const NAME = /^[A-Za-z0-9_-]+(\.[a-z0-9]+)+$/;

const accepts = (acceptEncoding: string, encoding: string): boolean =>
  acceptEncoding.split(',').some((part) => {
    const [name, ...parameters] = part.trim().toLowerCase().split(';');
    return name === encoding && !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
  });

/** The built pages. Read when first asked for and kept: they are small, and few. */
export class WebFiles {
  readonly #directory: string;
  readonly #files = new Map<string, Promise<WebFile | null>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The page that all addresses of the pages begin with; null: they were not built. */
  page(acceptEncoding: string): Promise<WebFile | null> {
    return this.#fitting('', 'index.html', acceptEncoding);
  }

  /** A file beside the page, such as its icon. */
  icon(acceptEncoding: string): Promise<WebFile | null> {
    return this.#fitting('', 'icon.svg', acceptEncoding);
  }

  /** A file with a hash in its name; null: none of this build. */
  async asset(name: string, acceptEncoding: string): Promise<WebFile | null> {
    return NAME.test(name) ? this.#fitting('assets', name, acceptEncoding) : null;
  }

  /** The smallest form that the client takes. */
  async #fitting(folder: string, name: string, acceptEncoding: string): Promise<WebFile | null> {
    for (const [encoding, ending] of [
      ['br', '.br'],
      ['gzip', '.gz'],
    ] as const) {
      if (!accepts(acceptEncoding, encoding)) continue;
      const packed = await this.#read(folder, name, { encoding, ending });
      if (packed !== null) return packed;
    }
    return this.#read(folder, name, { encoding: null, ending: '' });
  }

  #read(
    folder: string,
    name: string,
    { encoding, ending }: { encoding: WebFile['encoding']; ending: string },
  ): Promise<WebFile | null> {
    const contentType = CONTENT_TYPES[extname(name)];
    const path = join(this.#directory, folder, `${name}${ending}`);
    const kept = this.#files.get(path);
    if (kept !== undefined) return kept;
    if (contentType === undefined) return Promise.resolve(null);
    const file = readFile(path).then(
      (bytes): WebFile => {
        const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
        return { bytes, contentType, encoding, etag };
      },
      () => null,
    );
    // What is not there is asked for anew: names that somebody makes up take no memory.
    void file.then((found) => {
      if (found !== null) this.#files.set(path, file);
    });
    return file;
  }
}
