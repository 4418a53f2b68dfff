import { describe, expect, it } from '@jest/globals';
import { changedPart, changedPartIn, piecesOf } from './changed-part.ts';
import { PatchParser } from './patch-parser.ts';

/** Both lines with what changed in brackets. */
const marked = (before: string, after: string): string[] | null => {
  const part = changedPart(before, after);
  if (part === null) return null;
  return [[before, part.before] as const, [after, part.after] as const].map(
    ([text, { from, to }]) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`,
  );
};

describe('what changed in a line', () => {
  it.each([
    ['a word', 'return Math.floor(cents);', 'return Math.round(cents);', 'Math.[floor]', 'Math.[round]'],
    ['what was put in', 'call(a)', 'call(a, b)', 'call(a[])', 'call(a[, b])'],
    ['whole words only', 'const counter = 1', 'const country = 1', '[counter]', '[country]'],
    ['whole characters only', 'say("😀");', 'say("😃");', '("[😀]")', '("[😃]")'],
    ['the indent', '  done();', '    done();', '  []done', '  [  ]done'],
  ])('is %s', (_name, before, after, left, right) => {
    const [first, second] = marked(before, after) ?? [];
    expect([first, second]).toEqual([expect.stringContaining(left), expect.stringContaining(right)]);
  });

  it.each([
    ['the same lines', 'a', 'a'],
    ['lines that have nothing to do with each other', 'import x from "y";', '// the end'],
    ['very long lines', `a${'x'.repeat(3_000)}`, `b${'x'.repeat(3_000)}`],
  ])('is not looked for in %s', (_name, before, after) => {
    expect(marked(before, after)).toBeNull();
  });

  it('is known for the lines of a hunk that stand beside each other', () => {
    const parser = new PatchParser();
    parser.push(
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n same\n-let a = 1;\n+let a = 2;\n+new\n',
    );
    const hunk = parser.end()[0]?.hunks[0];
    if (hunk === undefined) throw new Error('no hunk');
    expect(hunk.lines.map((line) => changedPartIn(hunk, line))).toEqual([
      null,
      { from: 8, to: 9 },
      { from: 8, to: 9 },
      null,
    ]);
  });
});

it('cuts coloured pieces where the changed part begins and ends, and loses no letter', () => {
  const tokens = [
    { text: 'let ', look: 'keyword' },
    { text: 'total = 1', look: null },
  ];
  expect(piecesOf(tokens, { from: 2, to: 6 })).toEqual([
    { text: 'le', look: 'keyword', isChanged: false },
    { text: 't ', look: 'keyword', isChanged: true },
    { text: 'to', look: null, isChanged: true },
    { text: 'tal = 1', look: null, isChanged: false },
  ]);
  expect(piecesOf(tokens, null).map(({ text }) => text)).toEqual(['let ', 'total = 1']);
});
