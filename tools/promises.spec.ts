import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { FAULTS } from '../chaos/faults/catalogue.ts';

const ROOT = join(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'docs/promises.md'), 'utf8').replaceAll(/\s+/g, ' ');

/** Where and under which title a test is said to be. */
const NAMED = [...page.matchAll(/- `([^` ]+\.ts)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));
const IDS = [...page.matchAll(/ \*\*([A-Z]\d+)\*\* · /g)].map(([, id = '']) => id);

/** `it`, also as in `it.each(…)`. */
const isTest = (callee: ts.Expression): boolean => {
  if (ts.isIdentifier(callee)) return callee.text === 'it';
  return (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) && isTest(callee.expression);
};

const titleOf = (argument: ts.Expression | undefined): string | null => {
  if (argument === undefined) return null;
  if (ts.isStringLiteralLike(argument)) return argument.text;
  if (!ts.isTemplateExpression(argument)) return null;
  return argument.head.text + argument.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
};

/** Titles of the tests in a source text as they stand there; what is filled in when it runs is an ellipsis. */
const titlesIn = (text: string): string[] => {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const title = titleOf(node.arguments[0]);
      if (title !== null && node.arguments.length > 1) titles.push(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('spec.ts', text, ts.ScriptTarget.Latest));
  return titles;
};

const known = new Map<string, readonly string[]>();

const titlesOf = (file: string): readonly string[] => {
  const path = join(ROOT, file);
  const titles = known.get(file) ?? (existsSync(path) ? titlesIn(readFileSync(path, 'utf8')) : []);
  known.set(file, titles);
  return titles;
};

describe('titles of tests', () => {
  it('are found in every form that they have', () => {
    const text =
      "it('one', run); it.each(CASES)('two %s', run); it.each([1] as const)(`three ${String(N)} times`, run); describe('no', run);";
    expect(titlesIn(text)).toEqual(['one', 'two %s', 'three … times']);
  });
});

describe('docs/promises.md', () => {
  it('gives each promise an id of its own', () => {
    expect(IDS.length).toBeGreaterThan(30);
    expect(IDS.filter((id, i) => IDS.indexOf(id) !== i)).toEqual([]);
  });

  it('names tests that stand in the source under that very title', () => {
    expect(NAMED.filter(({ file, title }) => !titlesOf(file).includes(title))).toEqual([]);
  });

  it('names a test for every promise', () => {
    const parts = page.split(/ (?=\*\*[A-Z]\d+\*\* · )/).slice(1);
    expect(parts.filter((part) => !/- `[^` ]+\.ts`: "/.test(part)).map((part) => part.slice(0, 60))).toEqual(
      [],
    );
  });

  it('leaves no list of tests that it does not understand', () => {
    expect(page.match(/- `[^`]+\.ts`/g)).toHaveLength(NAMED.length);
  });

  it('has a row for every fault of the chaos suite and no other', () => {
    const [, table = ''] = page.split('| fault ');
    const rows = [...(table.split(' ## ')[0] ?? '').matchAll(/\| `([^`]+)` \|/g)].map(([, kind]) => kind);
    expect(rows).toEqual(FAULTS.map(({ kind }) => kind));
  });
});
