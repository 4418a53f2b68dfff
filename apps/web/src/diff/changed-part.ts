import { pairsOf } from './diff-rows.ts';
import type { Hunk, PatchLine } from './patch-parser.ts';
import type { Token } from './tokens.ts';

/** Where a line differs from the one that it stands beside: from this character to before that one. */
export interface ChangedPart {
  readonly from: number;
  readonly to: number;
}

/** Longer lines and hunks are compared by nobody's eye. */
const MAX_LINE = 2_000;
const MAX_LINES = 4_000;
/** With less in common, two lines only stand beside each other by chance. */
const LEAST_SHARE = 0.3;

const isWord = (character: string | undefined): boolean => /[\p{L}\p{N}_]/u.test(character ?? '');

/** The first of two units that are one character. */
const isHalf = (unit: string | undefined): boolean => /[\ud800-\udbff]/.test(unit ?? '');

/** How far two texts are the same, never into the middle of a word or a character. */
const sameStart = (left: string, right: string): number => {
  const isInside = (place: number): boolean =>
    isWord(left[place - 1]) && (isWord(left[place]) || isWord(right[place]));
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at++;
  while (at > 0 && (isHalf(left[at - 1]) || isInside(at))) at--;
  return at;
};

const reversed = (text: string): string => Array.from(text).reverse().join('');

/** What differs between a line and the one that came in its place; null: all of it, or nothing. */
export const changedPart = (
  before: string,
  after: string,
): { readonly before: ChangedPart; readonly after: ChangedPart } | null => {
  if (before === after || Math.max(before.length, after.length) > MAX_LINE) return null;
  const start = sameStart(before, after);
  const end = sameStart(reversed(before.slice(start)), reversed(after.slice(start)));
  const same = before.slice(0, start).trim().length + end;
  if (same < LEAST_SHARE * Math.max(before.trim().length, after.trim().length)) return null;
  return {
    before: { from: start, to: before.length - end },
    after: { from: start, to: after.length - end },
  };
};

const partsOf = (hunk: Hunk): Map<PatchLine, ChangedPart> => {
  const parts = new Map<PatchLine, ChangedPart>();
  if (hunk.lines.length > MAX_LINES) return parts;
  for (const row of pairsOf(hunk)) {
    if (row.kind !== 'pair' || row.left === null || row.right === null || row.left === row.right) continue;
    const part = changedPart(row.left.text, row.right.text);
    if (part === null) continue;
    parts.set(row.left, part.before);
    parts.set(row.right, part.after);
  }
  return parts;
};

const known = new WeakMap<Hunk, Map<PatchLine, ChangedPart>>();

/** The changed part of a line of this hunk; null: all of it is new or gone, or nothing is. */
export const changedPartIn = (hunk: Hunk, line: PatchLine): ChangedPart | null => {
  const parts = known.get(hunk) ?? partsOf(hunk);
  known.set(hunk, parts);
  return parts.get(line) ?? null;
};

export type Piece = Token & { readonly isChanged: boolean };

/** The pieces of a line, cut where its changed part begins and ends. */
export const piecesOf = (tokens: readonly Token[], part: ChangedPart | null): Piece[] => {
  let at = 0;
  return tokens.flatMap(({ text, look }) => {
    const start = at;
    at += text.length;
    const clamp = (place: number): number => Math.max(0, Math.min(text.length, place - start));
    const [from, to] = part === null ? [0, 0] : [clamp(part.from), clamp(part.to)];
    return [
      { text: text.slice(0, from), look, isChanged: false },
      { text: text.slice(from, to), look, isChanged: true },
      { text: text.slice(to), look, isChanged: false },
    ].filter((piece) => piece.text !== '');
  });
};
