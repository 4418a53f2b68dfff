import { expect, it } from '@jest/globals';
import { commandTree, type Completed } from '../completion/command-tree.ts';
import { createProgram } from '../program.ts';
import { EXAMPLES } from './examples.ts';

const tree = commandTree(createProgram('0.0.0', { run: () => Promise.resolve() }));
const isCalled = ({ subcommands }: Completed): boolean => subcommands.length === 0;
const lines = Object.values(EXAMPLES)
  .flat()
  .map(({ line }) => line);

it('shows every command at work', () => {
  const missing = tree.filter(isCalled).filter(({ path }) => !(path.join(' ') in EXAMPLES));
  expect(missing.map(({ path }) => path.join(' '))).toEqual([]);
});

it.each(lines)('writes only what there is: %s', (line) => {
  const calls = [...line.matchAll(/drydock ([a-z][^|>)]*)/g)].map(([, words]) => (words ?? '').trim());
  expect(calls.length).toBeGreaterThan(0);
  for (const call of calls) {
    const words = (call.split(' -- ')[0] ?? '').replaceAll(/"[^"]*"/g, 'TEXT').split(/\s+/);
    const known = tree.findLast(
      ({ path }) => path.length > 0 && path.every((word, at) => words[at] === word),
    );
    const flags = known?.flags.flatMap(({ long, short }) => [long, short]);
    for (const flag of words.filter((word) => word.startsWith('-'))) expect(flags).toContain(flag);
  }
});
