import { useMemo, useState } from 'preact/hooks';
import { visible } from '../text/visible.ts';
import { useWindow } from '../ui/use-window.ts';
import { treeRows, type TreeRow } from './file-tree.ts';
import type { PatchFile } from './patch-parser.ts';

const ROW_PX = 26;

interface FileTreeProps {
  readonly files: readonly PatchFile[];
  readonly current: number;
  readonly onChoose: (index: number) => void;
}

const MARKS = { changed: '•', added: '+', deleted: '−', renamed: '→', copied: '→' } as const;

interface RowProps {
  readonly row: TreeRow;
  readonly files: readonly PatchFile[];
  readonly isCurrent: boolean;
  readonly isClosed: boolean;
  readonly onClick: () => void;
}

const Row = ({ row, files, isCurrent, isClosed, onClick }: RowProps) => {
  const file = row.fileIndex === null ? null : files[row.fileIndex];
  return (
    <button
      type="button"
      class={`tree-row${file ? ` tree-${file.change}` : ' tree-folder'}`}
      style={{ paddingInlineStart: `${String(10 + Math.min(row.depth, 12) * 12)}px` }}
      title={visible(row.path)}
      onClick={onClick}
      {...(file ? { 'aria-current': isCurrent } : { 'aria-expanded': !isClosed })}
    >
      <span class="tree-mark" aria-hidden="true">
        {file ? MARKS[file.change] : isClosed ? '▸' : '▾'}
      </span>
      <bdi>{visible(row.name)}</bdi>
    </button>
  );
};

const toggled = (set: ReadonlySet<string>, path: string): Set<string> => {
  const copy = new Set(set);
  if (!copy.delete(path)) copy.add(path);
  return copy;
};

const useRows = (files: readonly PatchFile[], wanted: string, closed: ReadonlySet<string>): TreeRow[] =>
  useMemo(() => {
    const needle = wanted.trim().toLowerCase();
    if (needle === '') return treeRows(files, closed);
    return files.flatMap(({ path }, fileIndex) =>
      path.toLowerCase().includes(needle) ? [{ depth: 0, name: path, path, fileIndex }] : [],
    );
  }, [files, wanted, closed]);

/** The files of the patch; of five thousand only the seen ones are drawn. */
export const FileTree = ({ files, current, onChoose }: FileTreeProps) => {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState('');
  const rows = useRows(files, wanted, closed);
  const seen = useWindow(rows.length, ROW_PX);
  return (
    <nav class="tree" aria-label="Files of the patch">
      <input
        type="search"
        aria-label="Find a file"
        placeholder="Find a file"
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <div class="tree-window" ref={seen.element} tabIndex={0} role="region" aria-label="File tree">
        <div class="tree-rows" style={{ height: `${String(rows.length * ROW_PX)}px` }}>
          <div style={{ transform: `translateY(${String(seen.first * ROW_PX)}px)` }}>
            {rows.slice(seen.first, seen.end).map((row) => (
              <Row
                key={`${row.path} ${String(row.fileIndex)}`}
                row={row}
                files={files}
                isCurrent={row.fileIndex === current}
                isClosed={closed.has(row.path)}
                onClick={() =>
                  row.fileIndex === null
                    ? setClosed((set) => toggled(set, row.path))
                    : onChoose(row.fileIndex)
                }
              />
            ))}
          </div>
        </div>
      </div>
    </nav>
  );
};
