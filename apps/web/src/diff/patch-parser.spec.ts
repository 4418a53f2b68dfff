import { describe, expect, it } from '@jest/globals';
import { countRows, fileAtRow, longestLine, pairsOf, planRows, rowsOfFile, shiftRoom } from './diff-rows.ts';
import { treeRows } from './file-tree.ts';
import { PatchParser } from './patch-parser.ts';

const parse = (text: string, size = text.length) => {
  const parser = new PatchParser();
  for (let i = 0; i < text.length; i += size) parser.push(text.slice(i, i + size));
  return parser.end();
};

const PATCH = `diff --git a/src/money.js b/src/money.js
index 1..2 100644
--- a/src/money.js
+++ b/src/money.js
@@ -1,4 +1,5 @@ export
 one
-two
-three
+2
+3
+3.5
 four
\\ No newline at end of file
diff --git a/new.txt b/new.txt
new file mode 100644
index 0..1
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+hello
diff --git a/old name b/new name
similarity index 100%
rename from old name
rename to new name
diff --git a/logo.png b/logo.png
index 1..2 100644
GIT binary patch
literal 3
Kcmb-x

literal 0
HcmV?d00001

diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
`;

describe('a patch', () => {
  it.each([1, 7, 100_000])('is read the same in pieces of %i characters', (size) => {
    const files = parse(PATCH, size);
    expect(
      files.map(({ path, change, insertions, deletions }) => [path, change, insertions, deletions]),
    ).toEqual([
      ['src/money.js', 'changed', 3, 2],
      ['new.txt', 'added', 1, 0],
      ['new name', 'renamed', 0, 0],
      ['logo.png', 'changed', 0, 0],
      ['run.sh', 'changed', 0, 0],
    ]);
    expect(files[0]?.hunks[0]?.lines.at(-1)).toMatchObject({ before: 4, after: 5, noNewline: true });
    expect(files[2]?.from).toBe('old name');
    expect(files[3]?.isBinary).toBe(true);
    expect(files[4]?.modes).toBe('100644 → 100755');
  });

  it('is not fooled by lines that look like headers', () => {
    const files = parse(`diff --git a/x b/x
--- a/x
+++ b/x
@@ -1,2 +1,3 @@
--- a/etc/passwd
+++ b/etc/shadow
+diff --git a/y b/y
 @@ -1 +1 @@
`);
    expect(files.map(({ path, insertions, deletions }) => [path, insertions, deletions])).toEqual([
      ['x', 2, 1],
    ]);
    expect(files[0]?.hunks[0]?.lines.map(({ text }) => text)).toEqual([
      '-- a/etc/passwd',
      '++ b/etc/shadow',
      'diff --git a/y b/y',
      '@@ -1 +1 @@',
    ]);
  });

  it.each([
    ['"b/a\\303\\244\\tb\\"\\\\"', 'aä\tb"\\'],
    ['"b/\\342\\200\\256x"', '\u202ex'],
    ['b/with space\t', 'with space'],
    ['b/<script>', '<script>'],
  ])('has the file name %s', (written, path) => {
    expect(parse(`diff --git a/x b/x\n--- /dev/null\n+++ ${written}\n`)[0]?.path).toBe(path);
  });

  it('names files without content by its first line', () => {
    expect(parse('diff --git a/a b b/a b\nnew file mode 100644\n')[0]?.path).toBe('a b');
    expect(parse('diff --git "a/\\303\\244" "b/\\303\\244"\nnew file mode 100644\n')[0]?.path).toBe('ä');
  });

  it('takes so many lines and no more, and says so', () => {
    const parser = new PatchParser(8);
    parser.push('diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1,9 @@\n');
    parser.push('+line\n'.repeat(4));
    expect(parser.isFull).toBe(false);
    parser.push('+line\n'.repeat(5));
    expect(parser.isFull).toBe(true);
    expect(parser.end()[0]?.insertions).toBe(4);
  });

  it('of one line in a thousand pieces is read in a moment', () => {
    const text = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+${'y'.repeat(60_000_000)}\n`;
    const startedAt = performance.now();
    expect(parse(text, 65_536)[0]?.insertions).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('of 10 MB is read in a moment', () => {
    const hunk = `@@ -1,1000 +1,1000 @@\n${' const something = withSomeWords(1);\n'.repeat(1_000)}`;
    const text = Array.from(
      { length: 280 },
      (_, i) => `diff --git a/f${i} b/f${i}\n--- a/f${i}\n+++ b/f${i}\n${hunk}`,
    ).join('');
    expect(text.length).toBeGreaterThan(10_000_000);
    const startedAt = performance.now();
    expect(parse(text, 65_536)).toHaveLength(280);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('rows of the viewer', () => {
  const [money] = parse(PATCH);
  if (money === undefined) throw new Error('no file');

  it('put what was deleted beside what was inserted', () => {
    const rows = money.hunks.flatMap(pairsOf);
    const sides = rows.map((row) => (row.kind === 'pair' ? [row.left?.text, row.right?.text] : []));
    expect(sides).toEqual([
      ['one', 'one'],
      ['two', '2'],
      ['three', '3'],
      [undefined, '3.5'],
      ['four', 'four'],
    ]);
  });

  it.each(['split', 'unified'] as const)('are counted without being made: %s', (layout) => {
    for (const file of parse(PATCH)) expect(countRows(file, layout)).toBe(rowsOfFile(file, layout).length);
  });

  it('are found by their place, folded files and all', () => {
    const files = parse(PATCH);
    const { starts, rows } = planRows(files, 'unified', new Set(['new.txt']));
    expect(starts).toEqual([0, 11, 14, 18, 22]);
    expect(rows).toBe(26);
    expect([0, 10, 11, 13, 14, 25, 99].map((row) => fileAtRow(starts, row))).toEqual([0, 0, 1, 1, 2, 4, 4]);
  });
});

describe('lines side by side', () => {
  const columns = (text: string) => longestLine(parse(PATCH.replace('+3.5', `+${text}`)));

  it('move as far as the end of the longest line is away, and not at all where all fit', () => {
    expect([shiftRoom(50, 1_200), shiftRoom(100, 1_200), shiftRoom(50, 300)]).toEqual([0, 240, 320]);
    expect(columns('x'.repeat(70))).toBe(70);
    expect(columns(`\t\t${'x'.repeat(70)}`)).toBe(78);
  });
});

describe('the file tree', () => {
  const files = ['src/a/deep/x.ts', 'src/a/deep/y.ts', 'readme.md', 'src/b.ts'].map((path) => ({ path }));

  it('shows folders first, and a folder with one folder in one line', () => {
    expect(treeRows(files, new Set()).map(({ depth, name }) => `${'  '.repeat(depth)}${name}`)).toEqual([
      'src',
      '  a/deep',
      '    x.ts',
      '    y.ts',
      '  b.ts',
      'readme.md',
    ]);
  });

  it('hides what is in closed folders', () => {
    expect(treeRows(files, new Set(['src/'])).map(({ name }) => name)).toEqual(['src', 'readme.md']);
  });
});
