import { cutText } from '../../protocol/encode-line.ts';
import { numbered } from './numbered-lines.ts';

const MAX_LINES_COMPARED = 20_000;
const MAX_SHOWN = 3;
const CONTEXT_LINES = 2;
const MAX_LINES_NAMED = 20;
/** A file may be one line: what is shown of it goes to the model, again with every call that follows. */
const MAX_LINE_CHARACTERS = 300;

const squeezed = (line: string): string => line.replace(/\s+/g, '');

const wordsOf = (line: string): Set<string> => new Set(line.match(/\w+/g) ?? []);

/** Share of words in common, 0 to 1. */
const likeness = (a: Set<string>, b: Set<string>): number => {
  const common = [...a].filter((word) => b.has(word)).length;
  return common === 0 ? 0 : common / (a.size + b.size - common);
};

const excerpt = (lines: readonly string[], index: number): string => {
  const from = Math.max(0, index - CONTEXT_LINES);
  const shown = lines.slice(from, index + CONTEXT_LINES + 1);
  return numbered(
    shown.map((line) => cutText(line, MAX_LINE_CHARACTERS)),
    from + 1,
  );
};

/** Of the lines with these indexes. */
const namesOf = (indexes: readonly number[]): string => {
  const named = indexes.slice(0, MAX_LINES_NAMED).map((index) => String(index + 1));
  const more = indexes.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
};

/** Says why a text was not found: the lines that differ in white space only, or those most like its first line. */
export const nearMiss = (lines: readonly string[], old: string): string => {
  const first = old.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  const key = squeezed(first);
  const compared = lines.slice(0, MAX_LINES_COMPARED);
  const same = compared.flatMap((line, index) => (key !== '' && squeezed(line) === key ? [index] : []));
  if (same.length > 0) {
    const shown = same.slice(0, MAX_SHOWN).map((index) => excerpt(lines, index));
    return `Line ${namesOf(same)} matches its first line when white space is ignored. Check indentation, tabs and the lines that follow:\n${shown.join('\n...\n')}`;
  }
  const words = wordsOf(first);
  const ranked = compared
    .map((line, index) => ({ index, score: likeness(wordsOf(line), words) }))
    .filter(({ score }) => score > 0.3)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_SHOWN);
  if (ranked.length === 0) return 'No line is like its first line. Read the file again.';
  return `The nearest lines:\n${ranked.map(({ index }) => excerpt(lines, index)).join('\n...\n')}`;
};
