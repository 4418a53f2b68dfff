export interface Match {
  readonly start: number;
  readonly end: number;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** One letter may stand in a file millions of times. */
export const MOST_MATCHES = 1000;

const exactMatches = (content: string, wanted: string): Match[] => {
  const matches: Match[] = [];
  let at = content.indexOf(wanted);
  while (at !== -1 && matches.length < MOST_MATCHES) {
    matches.push({ start: at, end: at + wanted.length });
    at = content.indexOf(wanted, at + wanted.length);
  }
  return matches;
};

/** Where `wanted` stands in `content`, up to `MOST_MATCHES`: exactly, else with any line ending for each of its own. */
export const findText = (content: string, wanted: string): Match[] => {
  const exact = exactMatches(content, wanted);
  if (exact.length > 0 || !wanted.includes('\n')) return exact;
  const pattern = wanted.split(/\r?\n/).map(escaped).join('\\r?\\n');
  const matches: Match[] = [];
  for (const { index, 0: text } of content.matchAll(new RegExp(pattern, 'g'))) {
    matches.push({ start: index, end: index + text.length });
    if (matches.length === MOST_MATCHES) break;
  }
  return matches;
};

export const lineNumberAt = (content: string, at: number): number => content.slice(0, at).split('\n').length;

const countOf = (text: string, part: string): number => text.split(part).length - 1;

const mostlyCrlf = (text: string): boolean => countOf(text, '\r\n') * 2 > countOf(text, '\n');

/** New text takes the line endings of what it replaces, else those of most of the file. */
export const withLineEndings = (replacement: string, replaced: string, content: string): string => {
  const unix = replacement.replaceAll('\r\n', '\n');
  return mostlyCrlf(replaced.includes('\n') ? replaced : content) ? unix.replaceAll('\n', '\r\n') : unix;
};
