import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';
import headless from '@xterm/headless'; // CommonJS: what it exports cannot be named here

/** How a stretch of text looks. */
export interface Look {
  /** One of the 16 colours of a terminal; null: its own. */
  readonly colour: number | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/** Neighbouring cells of one look. */
export interface Stretch extends Look {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
}

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** What a terminal of this size shows of the bytes that programs write to it, control sequences and all. */
export class Screen {
  readonly #terminal: Terminal;

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    const options = { cols: columns, rows, scrollback: 10_000, allowProposedApi: true };
    this.#terminal = new headless.Terminal(options);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#terminal.write(bytes, resolve);
    });
  }

  get cursor(): Place {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { row: cursorY, column: cursorX };
  }

  /** What is visible, line by line from the top. */
  lines(): Stretch[][] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      stretches(active.getLine(active.baseY + row)),
    );
  }

  /** All that was written, what has scrolled away too; lines that were wrapped are whole again. */
  text(): string {
    const { active } = this.#terminal.buffer;
    let text = '';
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row);
      text += `${row > 0 && line?.isWrapped !== true ? '\n' : ''}${line?.translateToString(true) ?? ''}`;
    }
    return text.trimEnd();
  }
}

const lookOf = (cell: IBufferCell): Look => ({
  colour: cell.isFgPalette() && cell.getFgColor() < 16 ? cell.getFgColor() : null,
  isBold: cell.isBold() !== 0,
  isDim: cell.isDim() !== 0,
});

const isSame = (one: Look, other: Look): boolean =>
  one.colour === other.colour && one.isBold === other.isBold && one.isDim === other.isDim;

const stretches = (line: IBufferLine | undefined): Stretch[] => {
  const found: Stretch[] = [];
  for (let column = 0; column < (line?.length ?? 0); column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue; // the second half of a wide character
    const look = lookOf(cell);
    const last = found.at(-1);
    const [text, columns] = [cell.getChars() || ' ', cell.getWidth()];
    if (last !== undefined && isSame(last, look))
      found[found.length - 1] = { ...last, text: last.text + text, columns: last.columns + columns };
    else found.push({ ...look, column, columns, text });
  }
  return found.map(withoutBlankEnd).filter(({ text }) => text.trim() !== '');
};

const withoutBlankEnd = (stretch: Stretch): Stretch => {
  const text = stretch.text.trimEnd();
  return { ...stretch, text, columns: stretch.columns - (stretch.text.length - text.length) };
};
