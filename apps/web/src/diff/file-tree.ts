import type { PatchFile } from './patch-parser.ts';

/** A line of the file tree: a folder, or a file with its index in the patch. */
export interface TreeRow {
  readonly depth: number;
  readonly name: string;
  /** Of a folder: its whole path, by which it is opened and closed. */
  readonly path: string;
  readonly fileIndex: number | null;
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: { name: string; index: number }[];
}

const emptyFolder = (): Folder => ({ folders: new Map(), files: [] });

const treeOf = (paths: readonly string[]): Folder => {
  const root = emptyFolder();
  paths.forEach((path, index) => {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const next = folder.folders.get(part) ?? emptyFolder();
      folder.folders.set(part, next);
      folder = next;
    }
    folder.files.push({ name, index });
  });
  return root;
};

/** A folder that holds nothing but one folder is shown in one line with it. */
const collapsed = (name: string, folder: Folder): { name: string; folder: Folder } => {
  const [only, ...others] = folder.folders;
  if (folder.files.length > 0 || only === undefined || others.length > 0) return { name, folder };
  return collapsed(`${name}/${only[0]}`, only[1]);
};

const byName = (left: readonly [string, unknown], right: readonly [string, unknown]): number =>
  left[0] < right[0] ? -1 : 1;

/**
 * The tree of a patch, folders first, as the lines that are to be seen.
 * @param closed - paths of folders whose content is hidden.
 */
export const treeRows = (
  files: readonly Pick<PatchFile, 'path'>[],
  closed: ReadonlySet<string>,
): TreeRow[] => {
  const rows: TreeRow[] = [];
  const walk = (folder: Folder, depth: number, prefix: string): void => {
    for (const [first, child] of [...folder.folders].sort(byName)) {
      const { name, folder: inner } = collapsed(first, child);
      const path = `${prefix}${name}/`;
      rows.push({ depth, name, path, fileIndex: null });
      if (!closed.has(path)) walk(inner, depth + 1, path);
    }
    for (const { name, index } of folder.files.sort((left, right) => (left.name < right.name ? -1 : 1)))
      rows.push({ depth, name, path: `${prefix}${name}`, fileIndex: index });
  };
  walk(treeOf(files.map(({ path }) => path)), 0, '');
  return rows;
};
