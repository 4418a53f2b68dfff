import { gitLinePath, headerPath, unquotePath } from './patch-path.ts';

export type LineKind = 'context' | 'insert' | 'delete';
export interface PatchLine {
  readonly kind: LineKind;
  readonly text: string;
  /** Line numbers before and after; null where there is no such line. */
  readonly before: number | null;
  readonly after: number | null;
  /** `\ No newline at end of file` follows. */
  noNewline?: boolean;
}
export interface Hunk {
  readonly header: string;
  readonly lines: PatchLine[];
}
export type FileChange = 'changed' | 'added' | 'deleted' | 'renamed' | 'copied';
export interface PatchFile {
  path: string;
  /** Name before a rename or a copy. */
  from: string | null;
  change: FileChange;
  isBinary: boolean;
  /** Such as `100644 → 100755`. */
  modes: string | null;
  insertions: number;
  deletions: number;
  readonly hunks: Hunk[];
}

/** More rows than this are taller than browsers draw. */
const MAX_LINES = 800_000;

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

const newFile = (path: string): PatchFile => ({
  path,
  from: null,
  change: 'changed',
  isBinary: false,
  modes: null,
  insertions: 0,
  deletions: 0,
  hunks: [],
});

const setName = (file: PatchFile, name: string | null): void => {
  if (name !== null) file.path = name;
};
const setFrom = (file: PatchFile, name: string, change: FileChange): void => {
  file.from = unquotePath(name);
  file.change = change;
};
const addMode = (file: PatchFile, mode: string): void => {
  file.modes = file.modes === null ? mode : `${file.modes} → ${mode}`;
};

/** Extended headers of a file, by how they begin. */
const HEADERS: readonly (readonly [start: string, read: (file: PatchFile, rest: string) => void])[] = [
  ['--- ', (file, rest) => setName(file, headerPath(rest))],
  ['+++ ', (file, rest) => setName(file, headerPath(rest))],
  ['rename from ', (file, rest) => setFrom(file, rest, 'renamed')],
  ['copy from ', (file, rest) => setFrom(file, rest, 'copied')],
  ['rename to ', (file, rest) => setName(file, unquotePath(rest))],
  ['copy to ', (file, rest) => setName(file, unquotePath(rest))],
  ['new file mode ', (file) => (file.change = 'added')],
  ['deleted file mode ', (file) => (file.change = 'deleted')],
  ['old mode ', addMode],
  ['new mode ', addMode],
  ['GIT binary patch', (file) => (file.isBinary = true)],
  ['Binary files ', (file) => (file.isBinary = true)],
];

/**
 * Reads git's patches as they come, in any pieces. The counts in a hunk's header decide what belongs to it, so that no line
 * of a file can pass for a header.
 */
export class PatchParser {
  readonly files: PatchFile[] = [];
  #rest = '';
  #linesLeft: number;
  #hunk: Hunk | null = null;
  #left = { before: 0, after: 0 };
  #next = { before: 0, after: 0 };

  constructor(maxLines = MAX_LINES) {
    this.#linesLeft = maxLines;
  }

  /** All lines that are taken are here; others are left out. */
  get isFull(): boolean {
    return this.#linesLeft < 0;
  }

  push(text: string): void {
    const [first = '', ...others] = text.split('\n');
    // Put together only, not looked through: a line may come in a thousand pieces.
    this.#rest += first;
    for (const next of others) {
      this.#line(this.#rest);
      this.#rest = next;
    }
  }

  /** After the last piece. */
  end(): readonly PatchFile[] {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
    return this.files;
  }

  #line(line: string): void {
    this.#linesLeft -= 1;
    if (this.isFull) return;
    const isInside = this.#left.before > 0 || this.#left.after > 0;
    if (this.#hunk !== null && (isInside || line.startsWith('\\'))) this.#body(this.#hunk, line);
    else this.#header(line);
  }

  #header(line: string): void {
    if (line.startsWith('diff --git ')) {
      this.#hunk = null;
      this.files.push(newFile(gitLinePath(line.slice('diff --git '.length))));
      return;
    }
    const file = this.files.at(-1);
    if (file === undefined) return;
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      this.#beginHunk(file, line, hunk);
      return;
    }
    if (this.#hunk !== null || file.isBinary) return;
    const header = HEADERS.find(([start]) => line.startsWith(start));
    header?.[1](file, line.slice(header[0].length));
  }

  #beginHunk(file: PatchFile, header: string, [, before, beforeCount, after, afterCount]: string[]): void {
    this.#hunk = { header, lines: [] };
    this.#next = { before: Number(before), after: Number(after) };
    this.#left = { before: Number(beforeCount ?? 1), after: Number(afterCount ?? 1) };
    file.hunks.push(this.#hunk);
  }

  #body(hunk: Hunk, line: string): void {
    const file = this.files.at(-1);
    const text = line.slice(1);
    const { before, after } = this.#next;
    if (line.startsWith('\\')) {
      const last = hunk.lines.at(-1);
      if (last !== undefined) last.noNewline = true;
    } else if (line.startsWith('+')) {
      hunk.lines.push({ kind: 'insert', text, before: null, after });
      if (file) file.insertions += 1;
      this.#step(0, 1);
    } else if (line.startsWith('-')) {
      hunk.lines.push({ kind: 'delete', text, before, after: null });
      if (file) file.deletions += 1;
      this.#step(1, 0);
    } else {
      hunk.lines.push({ kind: 'context', text, before, after });
      this.#step(1, 1);
    }
  }

  #step(before: number, after: number): void {
    this.#next = { before: this.#next.before + before, after: this.#next.after + after };
    this.#left = { before: this.#left.before - before, after: this.#left.after - after };
  }
}
