import type { CSSProperties } from 'preact';
import { counted } from '../text/amounts.ts';
import { ansiSpans, type AnsiStyle } from '../text/ansi.ts';
import { cutLine, visible } from '../text/visible.ts';
import type { LogLine } from './log-buffer.ts';
import { splitAtMatches } from './log-search.ts';

const FLAGS = ['bold', 'dim', 'italic', 'underline', 'inverse'] as const;

/** Class names; a colour that a program chose by itself is given to its class, which fits it to the theme. */
const lookOf = (style: AnsiStyle): { class: string; style?: CSSProperties } => {
  const names: string[] = FLAGS.filter((flag) => style[flag]).map((flag) => `ansi-${flag}`);
  const own: Record<string, string> = {};
  if (typeof style.color === 'number') names.push(`ansi-fg-${String(style.color)}`);
  else if (style.color !== undefined) {
    names.push('ansi-fg-own');
    own['--own'] = style.color;
  }
  if (typeof style.background === 'number') names.push(`ansi-bg-${String(style.background)}`);
  else if (style.background !== undefined) {
    names.push('ansi-bg-own');
    own['--own-ground'] = style.background;
  }
  return { class: names.join(' '), ...(Object.keys(own).length > 0 && { style: own }) };
};

const Marked = ({ text, wanted }: { readonly text: string; readonly wanted: string }) => (
  <>
    {wanted === ''
      ? text
      : splitAtMatches(text, wanted).map((part, i) =>
          part.isMatch ? <mark key={i}>{part.text}</mark> : part.text,
        )}
  </>
);

interface LogLineProps {
  readonly line: LogLine;
  readonly wanted: string;
  readonly isFound: boolean;
}

export const LogLineRow = ({ line, wanted, isFound }: LogLineProps) => {
  if (line.isMark) return <div class="log-line log-heading">{visible(line.text)}</div>;
  const { text, cut } = cutLine(line.text);
  const left = cut + line.cut;
  return (
    <div class={`log-line${line.isError ? ' is-error' : ''}${isFound ? ' is-found' : ''}`}>
      <span class="log-number">{line.number}</span>
      <span class="log-text">
        {ansiSpans(text, line.style).spans.map((span, i) => (
          <span key={i} {...lookOf(span.style)}>
            <Marked text={visible(span.text)} wanted={wanted} />
          </span>
        ))}
        {left > 0 && <em class="cut">… {counted(left, 'more character')}</em>}
      </span>
    </div>
  );
};
