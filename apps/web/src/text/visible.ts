/**
 * What the agent or a repository wrote may hold characters that move or hide others. On the page they stand as their code
 * points, so that a line reads in the order in which it is stored.
 */
const UNSEEN =
  // C0 without tab, DEL and C1, soft hyphen, zero widths, bidi marks, embeddings, overrides, isolates, tags, letters that
  // are blank (names of variables may hold them), and variation selectors other than those of emoji
  /[\0-\x08\x0a-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** Those that people know; the pictures of them are in few typefaces. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'NUL',
  7: 'BEL',
  8: 'BS',
  10: 'LF',
  13: 'CR',
  27: 'ESC',
  127: 'DEL',
};

const shown = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const name = NAMES[code];
  if (name !== undefined) return `\u2039${name}\u203a`;
  return `\u2039U+${code.toString(16).toUpperCase().padStart(4, '0')}\u203a`;
};

/** No language writes more marks on one letter; piled up they cover the lines above and below. */
const PILED_UP = /(\p{M}{4})(\p{M}+)/gu;

/** The text with every unseen character shown; tabs stay. For one line: newlines are shown too. */
export const visible = (text: string): string =>
  text
    .replace(UNSEEN, shown)
    .replace(PILED_UP, (_all, kept: string, more: string) => kept + Array.from(more, shown).join(''));

/** Longest part of a line that is put on the page; layout of more would freeze it. */
export const MAX_SHOWN_LINE = 2_000;

/** A line as it is shown, and how many characters were left out. */
export const cutLine = (line: string, max = MAX_SHOWN_LINE): { text: string; cut: number } => {
  if (line.length <= max) return { text: line, cut: 0 };
  // Never between the halves of a pair.
  const end = /[\ud800-\udbff]/.test(line[max - 1] ?? '') ? max - 1 : max;
  return { text: line.slice(0, end), cut: line.length - end };
};
