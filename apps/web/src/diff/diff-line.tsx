import type { ComponentChildren } from 'preact';
import { counted } from '../text/amounts.ts';
import { cutLine, visible } from '../text/visible.ts';
import { changedPartIn, piecesOf, type Piece } from './changed-part.ts';
import type { DiffRow } from './diff-rows.ts';
import type { Hunk, PatchLine } from './patch-parser.ts';
import type { SyntaxColors } from './syntax-colors.ts';

const SIGNS = { context: ' ', insert: '+', delete: '−' } as const;

interface TextProps {
  readonly line: PatchLine;
  readonly hunk: Hunk;
  readonly colors: SyntaxColors;
}

const classOf = ({ look, isChanged }: Piece): string =>
  [look === null ? '' : `syn-${look}`, isChanged ? 'diff-changed' : ''].filter(Boolean).join(' ');

const Text = ({ line, hunk, colors }: TextProps) => {
  // Every line of some files ends with one; it is only of interest where something changed.
  const whole = line.kind === 'context' ? line.text.replace(/\r$/, '') : line.text;
  const { text, cut } = cutLine(whole);
  const tokens = (cut === 0 ? colors.of(line) : null) ?? [{ text, look: null }];
  return (
    <>
      {piecesOf(tokens, changedPartIn(hunk, line)).map((piece, i) => {
        const name = classOf(piece);
        return name === '' ? (
          visible(piece.text)
        ) : (
          <span key={i} class={name}>
            {visible(piece.text)}
          </span>
        );
      })}
      {cut > 0 && <em class="cut">… {counted(cut, 'more character')}</em>}
      {line.noNewline === true && <em class="cut"> no newline at the end</em>}
    </>
  );
};

const Number = ({ value }: { readonly value: number | null }) => (
  <span class="diff-number">{value ?? ''}</span>
);

interface CellProps {
  readonly kind: PatchLine['kind'] | 'none';
  readonly children?: ComponentChildren;
}

const Cell = ({ kind, children }: CellProps) => <span class={`diff-cell diff-${kind}`}>{children}</span>;

interface SideProps {
  readonly line: PatchLine | null;
  readonly hunk: Hunk;
  readonly number: number | null;
  readonly colors: SyntaxColors;
}

const Side = ({ line, hunk, number, colors }: SideProps) =>
  line === null ? (
    <Cell kind="none" />
  ) : (
    <Cell kind={line.kind}>
      <Number value={number} />
      <span class="diff-sign">{SIGNS[line.kind]}</span>
      <span class="diff-text">
        <span class="diff-shift">
          <Text line={line} hunk={hunk} colors={colors} />
        </span>
      </span>
    </Cell>
  );

/** One row of the viewer. */
export const DiffLine = ({ row, colors }: { readonly row: DiffRow; readonly colors: SyntaxColors }) => {
  switch (row.kind) {
    case 'hunk':
      return <div class="diff-row diff-hunk">{visible(row.header)}</div>;
    case 'note':
      return <div class="diff-row diff-note">{visible(row.text)}</div>;
    case 'line':
      return (
        <div class={`diff-row diff-unified diff-${row.line.kind}`}>
          <Number value={row.line.before} />
          <Number value={row.line.after} />
          <span class="diff-sign">{SIGNS[row.line.kind]}</span>
          <span class="diff-text">
            <Text line={row.line} hunk={row.hunk} colors={colors} />
          </span>
        </div>
      );
    case 'pair':
      return (
        <div class="diff-row diff-pair">
          <Side line={row.left} hunk={row.hunk} number={row.left?.before ?? null} colors={colors} />
          <Side line={row.right} hunk={row.hunk} number={row.right?.after ?? null} colors={colors} />
        </div>
      );
  }
};
