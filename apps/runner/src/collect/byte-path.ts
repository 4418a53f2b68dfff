/**
 * A path whose characters are its bytes (latin1), for file system calls: Node writes strings as UTF-8, so only plain
 * ASCII may go as it is.
 */
export const toFsPath = (path: string): string | Buffer =>
  /[\x80-\xff]/.test(path) ? Buffer.from(path, 'latin1') : path;

/** A list of paths as git reads and writes it with `-z`. */
export const nulSeparated = (paths: readonly string[]): Buffer =>
  Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
