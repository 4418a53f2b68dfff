import { AppError, isDotGit } from '@drydock/domain';
import { typeOf, GITLINK, type TreeEntry } from './tree-entry.ts';

interface ListingLimits {
  readonly maxFiles: number;
  readonly maxUnpackedBytes: number;
}

const MAX_PATH_BYTES = 4096;
const MAX_LISTING_BYTES = 64 * 1024 ** 2;
const NUL = 0;
const TAB = 9;

const unsound = (detail: string): never => {
  throw new AppError('source_invalid', detail);
};

const parseRecord = (record: Buffer): TreeEntry | null => {
  const tab = record.indexOf(TAB);
  const [mode = '', type, id = '', size = ''] = record.toString('latin1', 0, tab).split(/ +/);
  if (type === 'tree') return null;
  // Copied: a slice would keep the whole piece of output alive
  return {
    mode: Number.parseInt(mode, 8),
    id,
    bytes: Number(size) || 0,
    path: Buffer.from(record.subarray(tab + 1)),
  };
};

const checkPath = (path: Buffer): void => {
  if (path.length > MAX_PATH_BYTES) unsound('The repository has a path of more than 4,096 bytes.');
  for (const part of path.toString('latin1').split('/'))
    if (part === '' || part === '.' || part === '..' || isDotGit(part))
      unsound('The repository has a path with "..", ".git" or the like. Run `git fsck --strict` on it.');
};

/**
 * Takes the output of `ls-tree -r -t -l -z` piece by piece and holds it to the limits before anything is written. Folders
 * count too (that is why they are listed): 10^10 of them without a file would be walked for ever.
 * Cases G17, G18, G19.
 */
export class TreeListing {
  readonly entries: TreeEntry[] = [];
  readonly #limits: ListingLimits;
  #rest = Buffer.alloc(0);
  #folders = 0;
  #bytes = 0;
  #listedBytes = 0;
  #fault: AppError | null = null;

  constructor(limits: ListingLimits) {
    this.#limits = limits;
  }

  /** True when nothing more is wanted. */
  take(piece: Buffer): boolean {
    try {
      this.#split(piece);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#fault = error;
    }
    return this.#fault !== null;
  }

  /** @throws AppError `repo_too_many_files`, `repo_too_large`, `source_invalid`. */
  finish(): readonly TreeEntry[] {
    if (this.#fault !== null) throw this.#fault;
    return this.entries;
  }

  #split(piece: Buffer): void {
    this.#listedBytes += piece.length;
    const text = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let from = 0;
    for (let end = text.indexOf(NUL, from); end >= 0; end = text.indexOf(NUL, from)) {
      this.#add(parseRecord(text.subarray(from, end)));
      from = end + 1;
    }
    this.#rest = Buffer.from(text.subarray(from));
  }

  #add(entry: TreeEntry | null): void {
    const { maxFiles, maxUnpackedBytes } = this.#limits;
    if (entry === null) this.#folders += 1;
    else {
      checkPath(entry.path);
      this.entries.push(entry);
      if (typeOf(entry.mode) !== GITLINK) this.#bytes += entry.bytes;
    }
    if (this.entries.length > maxFiles || this.#folders > maxFiles || this.#listedBytes > MAX_LISTING_BYTES)
      throw new AppError(
        'repo_too_many_files',
        `The repository has more than ${String(maxFiles)} files or folders.`,
      );
    if (this.#bytes > maxUnpackedBytes)
      throw new AppError(
        'repo_too_large',
        `The files of the repository are larger than ${String(Math.floor(maxUnpackedBytes / 1024 ** 2))} MiB together.`,
      );
  }
}
