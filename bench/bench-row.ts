import { median } from './statistics.ts';

/** One line of the table. Times in milliseconds, unless the text says otherwise. */
export interface BenchRow {
  readonly what: string;
  readonly measured: string;
  /** The bare thing of the same run and the ratio to it. */
  readonly bare: string;
  readonly aim: string;
  readonly isMet: boolean;
  /** More than fits into a line, in Markdown: printed below the table. */
  readonly below?: string;
}

/** A measurement; `npm run bench -- <name>` runs it alone. */
export interface Bench {
  readonly name: string;
  /** Takes so long that it runs only when it is named. */
  readonly isLong?: boolean;
  readonly run: () => Promise<BenchRow[]>;
}

export const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : String(Math.round(value))} ms`;
/** Takes milliseconds. */
export const seconds = (value: number): string => `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
/** Milliseconds as `median …, worst … (n = …)`. */
export const spread = (values: readonly number[]): string =>
  `median ${seconds(median(values))}, worst ${seconds(Math.max(...values))} (n = ${String(values.length)})`;
export const ratio = (value: number, bare: number): string => `${(value / bare).toFixed(2)} ×`;

/** For rows that say how things are, where nobody has set an aim. */
export const NO_AIM = { aim: 'none', isMet: true } as const;

/** The rows, or one that says why there are none: what else was measured in the same run must not be lost with them. */
export const orFailure = async (what: string, measure: () => Promise<BenchRow[]>): Promise<BenchRow[]> => {
  console.error(`${what} …`);
  try {
    return await measure();
  } catch (error) {
    console.error(error);
    const [reason = ''] = String(error).split('\n');
    return [{ what, measured: `failed: ${reason}`, bare: '–', aim: 'a figure', isMet: false }];
  }
};

const verdict = (row: BenchRow): string => {
  if (row.aim === NO_AIM.aim) return '';
  return row.isMet ? 'met' : 'MISSED';
};

/** Lines of cells as a Markdown table; the first line is its head. */
export const markdownTable = (lines: readonly (readonly string[])[]): string => {
  const [head = [], ...rest] = lines;
  return [head, head.map(() => '---'), ...rest].map((line) => `| ${line.join(' | ')} |`).join('\n');
};

/** The rows as a Markdown table, and below it what did not fit. */
export const toTable = (rows: readonly BenchRow[]): string => {
  const table = markdownTable([
    ['what', 'measured', 'bare thing, ratio', 'aim', ''],
    ...rows.map((row) => [row.what, row.measured, row.bare, row.aim, verdict(row)]),
  ]);
  return [table, ...rows.flatMap((row) => (row.below === undefined ? [] : [row.below]))].join('\n\n');
};
