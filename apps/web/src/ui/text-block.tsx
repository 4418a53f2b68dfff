import { useMemo, useState } from 'preact/hooks';
import { bytes, counted } from '../text/amounts.ts';
import { withoutAnsi } from '../text/ansi.ts';
import { cutLine, visible } from '../text/visible.ts';

interface TextBlockProps {
  readonly text: string;
  /** Lines shown before somebody asks for all. */
  readonly lines?: number;
  readonly class?: string;
}

/** More of one text is never put on the page. */
const MAX_LINES = 5_000;
const NEVER_MORE = 400_000;

const shownText = (text: string, lines: number): { shown: string; left: number } => {
  const all = text.slice(0, NEVER_MORE).split('\n');
  const shown = all.slice(0, lines).map((line) => {
    const { text: part, cut } = cutLine(withoutAnsi(line));
    return visible(part) + (cut > 0 ? ` … ${counted(cut, 'more character')}` : '');
  });
  return { shown: shown.join('\n'), left: all.length - shown.length };
};

/** Text that somebody else wrote: as it is, long lines cut, the rest of many lines folded. */
export const TextBlock = ({ text, lines = 12, class: name = '' }: TextBlockProps) => {
  const [isOpen, setOpen] = useState(false);
  const { shown, left } = useMemo(() => shownText(text, isOpen ? MAX_LINES : lines), [text, lines, isOpen]);
  return (
    <div class={`text-block ${name}`}>
      <pre>{shown}</pre>
      {left > 0 && !isOpen && (
        <button type="button" class="link" onClick={() => setOpen(true)}>
          Show {counted(left, 'more line')}
        </button>
      )}
      {isOpen && (left > 0 || text.length > NEVER_MORE) && (
        <p class="hint">The rest of {bytes(text.length)} is in the artifacts.</p>
      )}
    </div>
  );
};
