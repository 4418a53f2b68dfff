import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openRunnerRig, type RunnerRig } from '../testing/bundled-runner.ts';
import { CollectBench } from '../testing/collect-bench.ts';

let rig: RunnerRig;
beforeAll(async () => {
  rig = await openRunnerRig();
});
afterAll(() => rig.close());

type Thing =
  | { readonly kind: 'file'; readonly content: Uint8Array; readonly isExecutable: boolean }
  | { readonly kind: 'link'; readonly target: string };
type Tree = readonly (readonly [path: string, thing: Thing])[];

const name = fc.constantFrom(
  'a',
  'A',
  'b',
  'ä',
  'x y',
  't\tb',
  'n\nl',
  '"',
  '\\',
  ':!',
  '-f',
  '.x',
  'dist',
  '\u{1f600}',
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const text = fc
  .array(fc.constantFrom('line\n', 'line\r\n', 'other\n', '\r', '\0', 'é', 'x'), { maxLength: 12 })
  .map((parts) => Buffer.from(parts.join('')));
const content = fc.oneof(text, fc.uint8Array({ maxLength: 300 }));
// No link is ever named `dist`: plain git cannot replace a link that leads in a circle in a work tree
const target = fc.constantFrom('gone', '/gone', '..', 'dist', 'dist/a');
const thing: fc.Arbitrary<Thing> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('file' as const), content, isExecutable: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), target }) },
);
const tree: fc.Arbitrary<Tree> = fc.uniqueArray(fc.tuple(path, thing), {
  maxLength: 12,
  selector: ([where]) => where,
});

/** Later things take the place of earlier ones: files of folders and the other way round. */
const build = (folder: string, things: Tree): void => {
  for (const entry of readdirSync(folder))
    if (entry !== '.git') rmSync(join(folder, entry), { recursive: true });
  for (const [where, what] of things) {
    const full = join(folder, where);
    try {
      mkdirSync(dirname(full), { recursive: true });
      rmSync(full, { recursive: true, force: true });
      if (what.kind === 'link' && basename(where) === 'dist') continue;
      if (what.kind === 'link') symlinkSync(what.target, full);
      else {
        writeFileSync(full, what.content, { flag: 'wx' });
        chmodSync(full, what.isExecutable ? 0o755 : 0o644);
      }
    } catch {
      // Below a file or link: this one is not made
    }
  }
};

describe('any tree to any other tree', () => {
  it('gives a patch that reproduces it exactly', async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, fc.boolean(), async (before, after, hasStats) => {
        const bench = new CollectBench(rig);
        bench.begin((folder) => {
          build(folder, before);
        });
        if (hasStats) bench.noteStats();
        build(bench.work, after);
        const { done, patch } = await bench.collect();
        expect(done).toMatchObject({ ok: true });
        expect(bench.applyAsClient(patch)).toBe(done.collect!.resultTree);
        rmSync(join(bench.work, '.git'), { recursive: true });
        expect(bench.treeOf(bench.work)).toBe(done.collect!.resultTree);
      }),
      { numRuns: 40, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });
});
