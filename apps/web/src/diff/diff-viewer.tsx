import { useMemo, useState } from 'preact/hooks';
import { counted } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { useTick } from '../ui/use-tick.ts';
import { useWindow } from '../ui/use-window.ts';
import { DIFF_ROW_PX, DiffFiles } from './diff-files.tsx';
import { fileAtRow, longestLine, planRows, SHIFT_STEP_PX, shiftRoom, type DiffLayout } from './diff-rows.ts';
import { FileTree } from './file-tree-view.tsx';
import type { LoadedPatch } from './load-patch.ts';
import type { PatchFile } from './patch-parser.ts';
import { SyntaxColors } from './syntax-colors.ts';
import { useShift } from './use-shift.ts';

const SPLIT_FROM_PX = 1_100;

interface ToolsProps {
  readonly files: readonly PatchFile[];
  readonly current: PatchFile | undefined;
  readonly layout: DiffLayout;
  readonly onLayout: (layout: DiffLayout) => void;
  readonly onSave: () => void;
}

const LAYOUTS: readonly (readonly [DiffLayout, string])[] = [
  ['split', 'Side by side'],
  ['unified', 'Unified'],
];

const Tools = ({ files, current, layout, onLayout, onSave }: ToolsProps) => (
  <div class="diff-tools">
    <span class="diff-count">{counted(files.length, 'file')}</span>
    <bdi class="diff-current">{current ? visible(current.path) : ''}</bdi>
    <div class="switch" role="group" aria-label="Layout">
      {LAYOUTS.map(([value, name]) => (
        <button key={value} type="button" aria-pressed={layout === value} onClick={() => onLayout(value)}>
          {name}
        </button>
      ))}
    </div>
    <button
      type="button"
      class="icon-button"
      aria-label="Download the patch"
      title="Download the patch"
      onClick={onSave}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path class="stroke" d="M10 3.5v9M6.3 9 10 12.7 13.7 9M4 16.5h12" />
      </svg>
    </button>
  </div>
);

const startLayout = (): DiffLayout => (innerWidth >= SPLIT_FROM_PX ? 'split' : 'unified');

const useFolded = () => {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (path: string): void =>
    setFolded((set) => {
      const copy = new Set(set);
      if (!copy.delete(path)) copy.add(path);
      return copy;
    });
  return { folded, fold };
};

interface DiffViewerProps {
  readonly patch: LoadedPatch;
  readonly onSave: () => void;
}

export const DiffViewer = ({ patch: { files, isCut }, onSave }: DiffViewerProps) => {
  const tick = useTick();
  const colors = useMemo(() => new SyntaxColors(tick), [tick]);
  const [layout, setLayout] = useState<DiffLayout>(startLayout);
  const { folded, fold } = useFolded();
  const plan = useMemo(() => planRows(files, layout, folded), [files, layout, folded]);
  const rows = useWindow(plan.rows, DIFF_ROW_PX);
  const longest = useMemo(() => longestLine(files), [files]);
  const room = layout === 'split' ? shiftRoom(longest, rows.width) : 0;
  const shift = useShift(rows.element, room);
  const current = fileAtRow(plan.starts, rows.top);
  return (
    <section class={`diff diff-layout-${layout}`} aria-label="Patch">
      <FileTree
        files={files}
        current={current}
        onChoose={(index) => rows.scrollToRow(plan.starts[index] ?? 0)}
      />
      <div class="diff-main">
        <Tools files={files} current={files[current]} layout={layout} onLayout={setLayout} onSave={onSave} />
        {isCut && <p class="hint">The patch is too large for a page: this is its first part.</p>}
        <div class="diff-window" ref={rows.element} tabIndex={0} role="region" aria-label="Changed lines">
          <div class="diff-rows" style={{ height: `${String(plan.rows * DIFF_ROW_PX)}px` }}>
            <DiffFiles
              files={files}
              plan={plan}
              layout={layout}
              folded={folded}
              onFold={fold}
              colors={colors}
              first={rows.first}
              end={rows.end}
            />
          </div>
        </div>
        {room > 0 && (
          <label class="diff-pan">
            <span class="sr-only">Move long lines sideways</span>
            <input
              type="range"
              min="0"
              max={room}
              step={SHIFT_STEP_PX}
              value={shift.value}
              onInput={shift.onInput}
            />
          </label>
        )}
      </div>
    </section>
  );
};
