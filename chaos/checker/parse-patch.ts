/** As git writes it, one character per byte. A line of a binary part begins with its length as a letter. */
const FILE = /^diff --git /;
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const BINARY = /^GIT binary patch$/;
const HEADER =
  /^(index |old mode |new mode |new file mode |deleted file mode |similarity index |rename from |rename to |--- |\+\+\+ )/;

const countOf = (text: string | undefined): number => (text === undefined ? 1 : Number(text));

/** Index of the line after the hunk, or null when the hunk is not as long as its header says. */
const afterHunk = (lines: readonly string[], from: number): number | null => {
  const [, before, after] = HUNK.exec(lines[from] ?? '') ?? [];
  let [oldLeft, newLeft, index] = [countOf(before), countOf(after), from + 1];
  while (oldLeft > 0 || newLeft > 0) {
    const sign = lines[index]?.[0];
    if (sign === ' ' || sign === '-') oldLeft -= 1;
    if (sign === ' ' || sign === '+') newLeft -= 1;
    if (sign !== ' ' && sign !== '-' && sign !== '+' && sign !== '\\') return null;
    index += 1;
  }
  if (oldLeft !== 0 || newLeft !== 0) return null;
  return lines[index]?.startsWith('\\') === true ? index + 1 : index;
};

/** Names the first line that no patch of git's has, or null when the whole of it is one. The empty patch is. */
export const patchProblem = (patch: string): string | null => {
  if (patch === '') return null;
  if (!patch.endsWith('\n')) return 'it is cut off';
  const lines = patch.slice(0, -1).split('\n');
  if (!FILE.test(lines[0] ?? '')) return 'it does not begin with a file';
  let isBinary = false;
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    if (FILE.test(line)) isBinary = false;
    else if (BINARY.test(line)) isBinary = true;
    if (HUNK.test(line)) {
      const next = afterHunk(lines, index);
      if (next === null) return `the hunk in line ${String(index + 1)} is not as long as it says`;
      index = next;
      continue;
    }
    if (!isBinary && !FILE.test(line) && !HEADER.test(line))
      return `line ${String(index + 1)} is not a patch's`;
    index += 1;
  }
  return null;
};
