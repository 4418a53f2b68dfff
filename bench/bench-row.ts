/** One line of the table. Times in milliseconds, unless the text says otherwise. */
export interface BenchRow {
  readonly what: string;
  readonly measured: string;
  /** The bare thing of the same run and the ratio to it. */
  readonly bare: string;
  readonly aim: string;
  readonly isMet: boolean;
}

/** A measurement; `npm run bench -- <name>` runs it alone. */
export interface Bench {
  readonly name: string;
  readonly run: () => Promise<BenchRow[]>;
}

export const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : String(Math.round(value))} ms`;
export const ratio = (value: number, bare: number): string => `${(value / bare).toFixed(2)} ×`;

/** The rows as a Markdown table. */
export const toTable = (rows: readonly BenchRow[]): string => {
  const head = ['what', 'measured', 'bare thing, ratio', 'aim', ''];
  const cells = [
    head,
    head.map(() => '---'),
    ...rows.map((row) => [row.what, row.measured, row.bare, row.aim, row.isMet ? 'met' : 'MISSED']),
  ];
  return cells.map((line) => `| ${line.join(' | ')} |`).join('\n');
};
