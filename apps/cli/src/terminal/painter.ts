const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
type Colour = keyof typeof CODES;

/** Colours text, or leaves it as it is. */
export interface Painter extends Readonly<Record<Colour, (text: string) => string>> {
  readonly isColoured: boolean;
}

const plain = (text: string): string => text;

const painted =
  (code: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${String(code)}m${text}\u001b[0m`;

export const painterFor = (isColoured: boolean): Painter => {
  const entries = Object.entries(CODES).map(([name, code]) => [name, isColoured ? painted(code) : plain]);
  return { ...(Object.fromEntries(entries) as Record<Colour, (text: string) => string>), isColoured };
};
