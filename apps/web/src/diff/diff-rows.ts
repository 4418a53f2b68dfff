import { MAX_SHOWN_LINE } from '../text/visible.ts';
import type { Hunk, PatchFile, PatchLine } from './patch-parser.ts';

export type DiffLayout = 'split' | 'unified';

/** One row of the viewer. All rows are equally high, so that any of 250,000 is found without measuring. */
export type DiffRow =
  | { readonly kind: 'hunk'; readonly header: string }
  | { readonly kind: 'line'; readonly hunk: Hunk; readonly line: PatchLine }
  | {
      readonly kind: 'pair';
      readonly hunk: Hunk;
      readonly left: PatchLine | null;
      readonly right: PatchLine | null;
    }
  | { readonly kind: 'note'; readonly text: string };

/** Deleted lines stand beside the inserted ones that follow them. */
export const pairsOf = (hunk: Hunk): DiffRow[] => {
  const rows: DiffRow[] = [];
  let deleted: PatchLine[] = [];
  let inserted: PatchLine[] = [];
  const flush = (): void => {
    for (let i = 0; i < Math.max(deleted.length, inserted.length); i++)
      rows.push({ kind: 'pair', hunk, left: deleted[i] ?? null, right: inserted[i] ?? null });
    deleted = [];
    inserted = [];
  };
  for (const line of hunk.lines) {
    if (line.kind === 'insert') inserted.push(line);
    else {
      if (line.kind === 'context' || inserted.length > 0) flush();
      if (line.kind === 'delete') deleted.push(line);
      else rows.push({ kind: 'pair', hunk, left: line, right: line });
    }
  }
  flush();
  return rows;
};

const rowsOfHunk = (hunk: Hunk, layout: DiffLayout): DiffRow[] => [
  { kind: 'hunk', header: hunk.header },
  ...(layout === 'split' ? pairsOf(hunk) : hunk.lines.map((line): DiffRow => ({ kind: 'line', hunk, line }))),
];

const noteOf = (file: PatchFile): string => {
  if (file.isBinary) return 'Binary file: the patch holds it, the page does not show it.';
  if (file.change === 'renamed' || file.change === 'copied') return 'The content is the same.';
  return file.modes === null ? 'An empty file.' : `Only the mode changed: ${file.modes}.`;
};

/** The rows below a file's heading. */
export const rowsOfFile = (file: PatchFile, layout: DiffLayout): DiffRow[] =>
  file.hunks.length === 0
    ? [{ kind: 'note', text: noteOf(file) }]
    : file.hunks.flatMap((hunk) => rowsOfHunk(hunk, layout));

/** How many rows `rowsOfFile` gives, without making them. */
export const countRows = (file: PatchFile, layout: DiffLayout): number => {
  if (file.hunks.length === 0) return 1;
  const count = (hunk: Hunk): number => {
    if (layout === 'unified') return hunk.lines.length + 1;
    let rows = 1;
    let deleted = 0;
    let inserted = 0;
    const flush = (): void => {
      rows += Math.max(deleted, inserted);
      deleted = 0;
      inserted = 0;
    };
    for (const { kind } of hunk.lines) {
      if (kind === 'insert') inserted += 1;
      else {
        if (kind === 'context' || inserted > 0) flush();
        if (kind === 'delete') deleted += 1;
        else rows += 1;
      }
    }
    flush();
    return rows;
  };
  return file.hunks.reduce((sum, hunk) => sum + count(hunk), 0);
};

/** Rows that a file's heading takes, and the air below a file. */
export const HEADING_ROWS = 2;
export const GAP_ROWS = 1;

/** Where the files of a patch stand in one long column of rows. */
export interface DiffPlan {
  /** Row at which each file's heading begins. */
  readonly starts: readonly number[];
  readonly rows: number;
}

/** @param folded - paths whose rows are hidden. */
export const planRows = (
  files: readonly PatchFile[],
  layout: DiffLayout,
  folded: ReadonlySet<string>,
): DiffPlan => {
  let rows = 0;
  const starts = files.map((file) => {
    const start = rows;
    rows += HEADING_ROWS + GAP_ROWS + (folded.has(file.path) ? 0 : countRows(file, layout));
    return start;
  });
  return { starts, rows };
};

/** Index of the file in whose part of the column this row lies; the first one for rows before it. */
export const fileAtRow = (starts: readonly number[], row: number): number => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** As the style sheet has it. */
const TAB_COLUMNS = 4;
/** What stands behind a line that was cut. */
const CUT_NOTE_COLUMNS = 30;

/** Columns of a line; a tab is taken for the most it can be. */
const columnsOf = (text: string): number =>
  text.includes('\t') ? text.length + (TAB_COLUMNS - 1) * (text.split('\t').length - 1) : text.length;

/** Columns of the longest line, as far as it is shown. */
export const longestLine = (files: readonly PatchFile[]): number => {
  let longest = 0;
  for (const { hunks } of files)
    for (const { lines } of hunks) for (const { text } of lines) longest = Math.max(longest, columnsOf(text));
  return Math.min(longest, MAX_SHOWN_LINE + CUT_NOTE_COLUMNS);
};

const COLUMN_PX = 7.5;
/** Line number, sign and air of a half. */
const BESIDE_PX = 90;
/** Of the slider: its end has to be a multiple. */
export const SHIFT_STEP_PX = 40;

/** How far lines side by side have to move, in pixels, until the end of the longest one is seen; 0: it fits. */
export const shiftRoom = (columns: number, widthPx: number): number =>
  Math.max(0, Math.ceil((columns * COLUMN_PX - (widthPx / 2 - BESIDE_PX)) / SHIFT_STEP_PX)) * SHIFT_STEP_PX;
