import { useMemo } from 'preact/hooks';
import { count } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { DiffLine } from './diff-line.tsx';
import {
  fileAtRow,
  GAP_ROWS,
  HEADING_ROWS,
  rowsOfFile,
  type DiffLayout,
  type DiffPlan,
} from './diff-rows.ts';
import type { PatchFile } from './patch-parser.ts';
import type { SyntaxColors } from './syntax-colors.ts';

export const DIFF_ROW_PX = 20;

interface HeadingProps {
  readonly file: PatchFile;
  readonly isFolded: boolean;
  readonly onFold: () => void;
}

const Heading = ({ file, isFolded, onFold }: HeadingProps) => (
  <h3 class="diff-heading">
    <button type="button" aria-expanded={!isFolded} onClick={onFold}>
      <svg class="chevron" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5 3.5l5 4.5-5 4.5" />
      </svg>
      <bdi class="diff-path">
        {file.from !== null && <span class="from">{visible(file.from)} → </span>}
        {visible(file.path)}
      </bdi>
      {file.change !== 'changed' && <span class="change">{file.change}</span>}
      {file.modes !== null && <span class="change">mode {visible(file.modes)}</span>}
      {!file.isBinary && (
        <span class="diffstat">
          <span class="plus">+{count(file.insertions)}</span>{' '}
          <span class="minus">−{count(file.deletions)}</span>
        </span>
      )}
    </button>
  </h3>
);

interface FilePartProps {
  readonly file: PatchFile;
  readonly layout: DiffLayout;
  readonly isFolded: boolean;
  readonly onFold: () => void;
  readonly colors: SyntaxColors;
  /** Rows of the body that are drawn, from its begin. */
  readonly first: number;
  readonly end: number;
}

const FilePart = ({ file, layout, isFolded, onFold, colors, first, end }: FilePartProps) => {
  const rows = useMemo(() => (isFolded ? [] : rowsOfFile(file, layout)), [file, layout, isFolded]);
  const from = Math.max(0, Math.min(first, rows.length));
  const seen = rows.slice(from, Math.max(from, end));
  for (const row of seen) if (row.kind === 'line' || row.kind === 'pair') colors.want(row.hunk, file.path);
  return (
    <>
      <Heading file={file} isFolded={isFolded} onFold={onFold} />
      <div class="diff-body" style={{ height: `${String(rows.length * DIFF_ROW_PX)}px` }}>
        <div class="diff-seen" style={{ transform: `translateY(${String(from * DIFF_ROW_PX)}px)` }}>
          {seen.map((row, i) => (
            <DiffLine key={from + i} row={row} colors={colors} />
          ))}
        </div>
      </div>
    </>
  );
};

interface DiffFilesProps {
  readonly files: readonly PatchFile[];
  readonly plan: DiffPlan;
  readonly layout: DiffLayout;
  readonly folded: ReadonlySet<string>;
  readonly onFold: (path: string) => void;
  readonly colors: SyntaxColors;
  readonly first: number;
  readonly end: number;
}

/** The files of which a part is seen, each at its place in the column. */
export const DiffFiles = ({ files, plan, first, end, ...rest }: DiffFilesProps) => {
  const from = fileAtRow(plan.starts, first);
  const to = fileAtRow(plan.starts, end);
  return (
    <>
      {files.slice(from, to + 1).map((file, i) => {
        const start = plan.starts[from + i] ?? 0;
        const body = start + HEADING_ROWS;
        return (
          <section
            key={`${String(from + i)} ${file.path}`}
            class="diff-file"
            aria-label={visible(file.path)}
            style={{ transform: `translateY(${String(start * DIFF_ROW_PX)}px)` }}
          >
            <FilePart
              file={file}
              layout={rest.layout}
              colors={rest.colors}
              isFolded={rest.folded.has(file.path)}
              onFold={() => rest.onFold(file.path)}
              first={first - body}
              end={end - body + GAP_ROWS}
            />
          </section>
        );
      })}
    </>
  );
};
