/** Terminal colours as data: the page makes text nodes and class names of them, never markup. */

/** How a piece of text looks. Colours: 0–15 are the theme's, the rest `#rrggbb`. */
export interface AnsiStyle {
  readonly color?: number | string;
  readonly background?: number | string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}
export interface AnsiSpan {
  readonly text: string;
  readonly style: AnsiStyle;
}

export const PLAIN: AnsiStyle = {};

// CSI, OSC (ended by BEL or ST, or cut off), and the short escapes
const ESCAPE =
  /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)|\x1b[ -/]*[0-~]/g;

const hex = (value: number): string => Math.min(255, value).toString(16).padStart(2, '0');
const rgb = (red: number, green: number, blue: number): string => `#${hex(red)}${hex(green)}${hex(blue)}`;

/** A colour of the 256: sixteen of the theme, a cube of six steps, a ramp of greys. */
const indexed = (index: number): number | string => {
  if (index < 16) return index;
  if (index > 231) {
    const grey = 8 + (index - 232) * 10;
    return rgb(grey, grey, grey);
  }
  const step = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const cube = index - 16;
  return rgb(step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6));
};

/** Reads the colour behind 38 or 48, and how many parameters it takes. */
const extended = (codes: readonly number[], at: number): { color: number | string | null; used: number } => {
  if (codes[at] === 5) return { color: indexed(Math.min(255, codes[at + 1] ?? 0)), used: 2 };
  if (codes[at] === 2)
    return { color: rgb(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), used: 4 };
  return { color: null, used: 1 };
};

const without = (style: AnsiStyle, ...names: (keyof AnsiStyle)[]): AnsiStyle =>
  Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name as keyof AnsiStyle)));

const SWITCHES: Readonly<Record<number, (style: AnsiStyle) => AnsiStyle>> = {
  0: () => PLAIN,
  1: (style) => ({ ...style, bold: true }),
  2: (style) => ({ ...style, dim: true }),
  3: (style) => ({ ...style, italic: true }),
  4: (style) => ({ ...style, underline: true }),
  7: (style) => ({ ...style, inverse: true }),
  22: (style) => without(style, 'bold', 'dim'),
  23: (style) => without(style, 'italic'),
  24: (style) => without(style, 'underline'),
  27: (style) => without(style, 'inverse'),
  39: (style) => without(style, 'color'),
  49: (style) => without(style, 'background'),
};

const colored = (style: AnsiStyle, code: number): AnsiStyle => {
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return style;
};

const applySgr = (start: AnsiStyle, parameters: string): AnsiStyle => {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = start;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extended(codes, i + 1);
      i += used;
      if (color !== null) style = { ...style, [code === 38 ? 'color' : 'background']: color };
    } else style = (SWITCHES[code] ?? ((same) => colored(same, code)))(style);
  }
  return style;
};

/**
 * Splits a line at its escape sequences. Those that set no style (cursor moves, titles, links) are dropped.
 * @param start - the style that the line before ended with.
 */
export const ansiSpans = (line: string, start: AnsiStyle = PLAIN): { spans: AnsiSpan[]; end: AnsiStyle } => {
  const spans: AnsiSpan[] = [];
  let style = start;
  let from = 0;
  const push = (text: string): void => {
    if (text !== '') spans.push({ text, style });
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[3] === 'm' && match[2] === '') style = applySgr(style, match[1] ?? '');
  }
  push(line.slice(from));
  return { spans, end: style };
};

/** The text alone, as search sees it. */
export const withoutAnsi = (line: string): string =>
  line.includes('\x1b') || line.includes('\x9b') ? line.replace(ESCAPE, '') : line;

/** Where begins what a terminal would show of a line that a program wrote over, and where it ends. */
const writtenLast = (line: string): { from: number; end: number } => {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return { from: end === 0 ? 0 : line.lastIndexOf('\r', end - 1) + 1, end };
};

/** What a terminal would show of a line that a program wrote over: what stands behind the last carriage return. */
export const lastWritten = (line: string): string => {
  const { from, end } = writtenLast(line);
  return line.slice(from, end);
};

/** The same of a line that may go on: the carriage returns at its end stay, for what comes next writes over it. */
export const withoutOverwritten = (line: string): string => line.slice(writtenLast(line).from);
