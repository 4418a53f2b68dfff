/** Figures as people read them. */

export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${String(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)}m${String(seconds % 60).padStart(2, '0')}s`;
  return `${String(Math.floor(minutes / 60))}h${String(minutes % 60).padStart(2, '0')}m`;
};

export const age = (time: string, nowMs: number): string => {
  const minutes = (nowMs - Date.parse(time)) / 60_000;
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${String(Math.floor(minutes))}m`;
  if (minutes < 1_440) return `${String(Math.floor(minutes / 60))}h`;
  return `${String(Math.floor(minutes / 1_440))}d`;
};

export const count = (value: number): string => {
  if (value < 1_000) return String(value);
  if (value < 1_000_000) return `${(value / 1_000).toFixed(1)}k`;
  return `${(value / 1_000_000).toFixed(1)}M`;
};

export const bytes = (value: number): string => {
  if (value < 1_024) return `${String(value)} B`;
  if (value < 1_048_576) return `${(value / 1_024).toFixed(1)} KiB`;
  return `${(value / 1_048_576).toFixed(1)} MiB`;
};

/** Null: a price was unknown. */
export const cost = (usd: number | null): string =>
  usd === null ? '$?' : `$${usd.toFixed(usd < 1 ? 4 : 2)}`;

export const times = (value: number, what: string): string =>
  `${count(value)} ${what}${value === 1 ? '' : 's'}`;

/** Of a column. Not by arguments, of which there cannot be a hundred thousand. */
export const widthOf = (rows: readonly (readonly string[])[], at: number): number =>
  rows.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), 0);

/**
 * Cells in columns; the last one of each line is as long as it is.
 * @param paint - colours a cell that has its width already.
 */
export const table = (
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] => {
  const widths = (rows[0] ?? []).map((_cell, at) => widthOf(rows, at));
  return rows.map((row, line) =>
    row
      .map((cell, at) => paint(at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0), line, at))
      .join('  ')
      .trimEnd(),
  );
};
