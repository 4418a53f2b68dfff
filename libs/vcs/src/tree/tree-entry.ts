/** One file, link or submodule pointer of a commit. Paths are bytes: they need not be UTF-8. */
export interface TreeEntry {
  /** 0o100644, 0o100755, 0o120000, 0o160000; old repositories have others. */
  readonly mode: number;
  readonly id: string;
  /** 0 for a submodule pointer. */
  readonly bytes: number;
  readonly path: Buffer;
}

export const FILE = 0o100000;
export const LINK = 0o120000;
export const GITLINK = 0o160000;
export const typeOf = (mode: number): number => mode & 0o170000;
