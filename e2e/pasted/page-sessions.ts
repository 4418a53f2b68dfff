/** Commands of a page, and what it says that a reader will see. */
export interface Session {
  readonly commands: string;
  /** Null: the page shows nothing of it. */
  readonly shown: string | null;
}

/** The `sh` blocks of a page in their order; a `text` block belongs to the commands before it. */
export const sessionsOf = (page: string): Session[] => {
  const sessions: Session[] = [];
  for (const [, kind, body = ''] of page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)) {
    const last = sessions.at(-1);
    if (kind === 'sh') sessions.push({ commands: body, shown: null });
    else if (kind === 'text' && last?.shown === null)
      sessions[sessions.length - 1] = { ...last, shown: body };
    else throw new Error(`A block of ${String(kind)} that belongs to no commands: ${body}`);
  }
  return sessions;
};

/** What is another one each time, though nobody minds. */
const FIGURES: readonly (readonly [RegExp, string])[] = [
  [/\btask_[0-9a-hjkmnp-tv-z]{26}\b/g, '<task>'],
  [/\b\d+(\.\d+)? ?m?s\b/g, '<time>'],
  [/\b\d+(\.\d+)? KiB\b/g, '<size>'],
  [/\b\d+(\.\d+)?k tokens\b/g, '<tokens>'],
  [/(?<= {2})(now|\d+m) +/g, '<age> '],
];

const plainLines = (text: string): string[] =>
  FIGURES.reduce((plain, [figure, name]) => plain.replaceAll(figure, name), text)
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());

const fits = (pattern: string, line: string | undefined): boolean => {
  if (line === undefined) return false;
  const parts = pattern.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(line);
};

/**
 * Compares what a page shows with what came. In the page … stands for any text, and alone on a line for any lines; ids,
 * times, ages, sizes and counts of tokens need not be the same.
 * @returns null when it fits; else the line where the two part.
 */
export const whereTheyPart = (shown: string, came: string): string | null => {
  const lines = plainLines(came);
  let at = 0;
  let isFree = false;
  for (const pattern of plainLines(shown)) {
    if (pattern === '…') {
      isFree = true;
      continue;
    }
    const found = isFree ? lines.findIndex((line, index) => index >= at && fits(pattern, line)) : at;
    if (found === -1 || !fits(pattern, lines[found]))
      return `shown: ${pattern}\ncame:  ${lines[at] ?? 'nothing'}`;
    at = found + 1;
    isFree = false;
  }
  return isFree || at === lines.length ? null : `not shown: ${lines[at] ?? ''}`;
};
