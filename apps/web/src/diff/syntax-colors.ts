import type { Hunk, PatchLine } from './patch-parser.ts';
import { languageOf, type Token } from './tokens.ts';

type ColorLines = (language: string, text: string) => Token[][] | null;

/** A larger hunk is shown without colours. */
const MAX_LINES = 2_000;
const MAX_CHARACTERS = 200_000;
const MAX_LINE = 1_000;

/** Colours of the hunks that were looked at. The grammars are loaded once somebody looks at a patch. */
export class SyntaxColors {
  readonly #tokens = new WeakMap<PatchLine, Token[]>();
  readonly #seen = new WeakSet<Hunk>();
  readonly #onReady: () => void;
  #colorLines: ColorLines | null = null;

  constructor(onReady: () => void) {
    this.#onReady = onReady;
    import('./grammars.ts').then(
      ({ colorLines }) => {
        this.#colorLines = colorLines;
        onReady();
      },
      () => undefined, // no colours then
    );
  }

  /** Null: without colours, or not yet. */
  of(line: PatchLine): Token[] | null {
    return this.#tokens.get(line) ?? null;
  }

  /** Makes the colours of a hunk, some time after this frame. */
  want(hunk: Hunk, path: string): void {
    const colorLines = this.#colorLines;
    if (colorLines === null || this.#seen.has(hunk)) return;
    this.#seen.add(hunk);
    setTimeout(() => {
      // Before and after are two texts: a comment that was opened in one says nothing of the other.
      const language = languageOf(path);
      this.#color(
        hunk.lines.filter(({ kind }) => kind !== 'insert'),
        language,
        colorLines,
      );
      this.#color(
        hunk.lines.filter(({ kind }) => kind !== 'delete'),
        language,
        colorLines,
      );
      this.#onReady();
    });
  }

  #color(lines: readonly PatchLine[], language: string, colorLines: ColorLines): void {
    if (lines.length > MAX_LINES || lines.some(({ text }) => text.length > MAX_LINE)) return;
    const text = lines.map((line) => line.text).join('\n');
    if (text.length > MAX_CHARACTERS) return;
    const colored = colorLines(language, text);
    if (colored === null || colored.length !== lines.length) return;
    lines.forEach((line, i) => this.#tokens.set(line, colored[i] ?? []));
  }
}
