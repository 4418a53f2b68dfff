import type { ComponentChildren } from 'preact';
import { count } from '../text/amounts.ts';
import { cutLine, visible } from '../text/visible.ts';
import type { DiffRow } from './diff-rows.ts';
import type { PatchLine } from './patch-parser.ts';
import type { SyntaxColors } from './syntax-colors.ts';

const SIGNS = { context: ' ', insert: '+', delete: '−' } as const;

const Text = ({ line, colors }: { readonly line: PatchLine; readonly colors: SyntaxColors }) => {
  const { text, cut } = cutLine(line.text);
  const tokens = cut === 0 ? colors.of(line) : null;
  return (
    <>
      {tokens === null
        ? visible(text)
        : tokens.map((token, i) =>
            token.look === null ? (
              visible(token.text)
            ) : (
              <span key={i} class={`syn-${token.look}`}>
                {visible(token.text)}
              </span>
            ),
          )}
      {cut > 0 && <em class="cut">… {count(cut)} more characters</em>}
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

const Side = ({
  line,
  number,
  colors,
}: {
  readonly line: PatchLine | null;
  readonly number: number | null;
  readonly colors: SyntaxColors;
}) =>
  line === null ? (
    <Cell kind="none" />
  ) : (
    <Cell kind={line.kind}>
      <Number value={number} />
      <span class="diff-sign">{SIGNS[line.kind]}</span>
      <span class="diff-text">
        <span class="diff-shift">
          <Text line={line} colors={colors} />
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
      return <div class="diff-row diff-note">{row.text}</div>;
    case 'line':
      return (
        <div class={`diff-row diff-unified diff-${row.line.kind}`}>
          <Number value={row.line.before} />
          <Number value={row.line.after} />
          <span class="diff-sign">{SIGNS[row.line.kind]}</span>
          <span class="diff-text">
            <Text line={row.line} colors={colors} />
          </span>
        </div>
      );
    case 'pair':
      return (
        <div class="diff-row diff-pair">
          <Side line={row.left} number={row.left?.before ?? null} colors={colors} />
          <Side line={row.right} number={row.right?.after ?? null} colors={colors} />
        </div>
      );
  }
};
