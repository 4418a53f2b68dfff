import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bash, commitAll, git, initRaw, publish, zipFolder } from '../system/repositories.ts';
import { sideBySide } from '../system/side-by-side.ts';
import { startSystem, type System } from '../system/start-system.ts';
import { PATCH_CASES, type PatchCase } from './cases.ts';

/**
 * The oracle knows nothing of Drydock: it makes the same change in a copy of its own, takes away what the patch must leave
 * out, and asks git for the tree. The downloaded patch, applied to a clean checkout, must give that very tree.
 */
const SUBMODULE_COMMIT = '1234567890123456789012345678901234567890';

/** One case with one kind of source. */
interface Variant {
  readonly test: PatchCase;
  readonly source: 'git' | 'zip';
  /** Of its files. */
  readonly name: string;
}

const SOURCES = ['git', 'zip'] as const;
const VARIANTS = SOURCES.flatMap((source) =>
  PATCH_CASES.filter(({ gitOnly }) => source === 'git' || !gitOnly).map((test, index): Variant => {
    return { test, source, name: `case${String(index)}-${source}` };
  }),
);
const AT_ONCE = 3;
/** They wait for each other, too. */
const PATIENCE_MS = 300_000;

interface Prepared {
  readonly base: string;
  readonly expectedTree: string;
}

let system: System;
let scratch: string;
let checked: (variant: Variant) => Promise<void>;

const prepare = async (test: PatchCase, name: string): Promise<Prepared> => {
  const base = join(scratch, `${name}-base`);
  const changed = join(scratch, `${name}-changed`);
  await bash(scratch, `mkdir ${name}-base`);
  await initRaw(base);
  await bash(base, test.base);
  if (test.withSubmodule) {
    await writeFile(
      join(base, '.gitmodules'),
      '[submodule "sub"]\n\tpath = sub\n\turl = https://example.com/sub.git\n',
    );
    await git(base, 'add', '-A', '-f', '.');
    await git(base, 'update-index', '--add', '--cacheinfo', `160000,${SUBMODULE_COMMIT},sub`);
    await git(base, 'commit', '-qm', 'base');
    await bash(base, 'mkdir -p sub');
  } else await commitAll(base);
  // Not by Node: names that are no UTF-8 would not survive it.
  await bash(scratch, `cp -a ${name}-base ${name}-changed`);
  await bash(changed, test.change);
  await rm(join(changed, '.git'), { recursive: true, force: true });
  for (const path of test.leftOut ?? []) await rm(join(changed, path), { recursive: true, force: true });
  await initRaw(changed);
  await git(changed, 'add', '-A', '-f', '.');
  if (test.withSubmodule)
    await git(changed, 'update-index', '--add', '--cacheinfo', `160000,${SUBMODULE_COMMIT},sub`);
  return { base, expectedTree: await git(changed, 'write-tree') };
};

const applied = async (base: string, patch: Buffer): Promise<string> => {
  const clean = await mkdtemp(join(scratch, 'clean-'));
  await rm(clean, { recursive: true });
  await git(base, 'clone', '-q', '--no-checkout', base, clean);
  await bash(
    clean,
    `printf '%s' '* -text !eol -ident !filter !working-tree-encoding !diff' > .git/info/attributes`,
  );
  await git(clean, 'checkout', '-q', 'HEAD');
  if (patch.length > 0) {
    await writeFile(`${clean}.patch`, patch);
    await git(clean, 'apply', '--index', '--whitespace=nowarn', `${clean}.patch`);
  }
  return git(clean, 'write-tree');
};

const check = async ({ test, source, name }: Variant): Promise<void> => {
  const { base, expectedTree } = await prepare(test, name);
  const task = {
    description: test.name,
    agent: { harness: 'command', command: ['bash', '-euo', 'pipefail', '-c', test.change] },
  };
  let submitted;
  if (source === 'git') {
    await publish(base, system.gitRoot, name);
    submitted = await system.client.submit({
      ...task,
      source: { git: { url: `${system.gitUrl}/${name}.git` } },
    });
  } else {
    await zipFolder(base, join(scratch, `${name}.zip`));
    submitted = await system.client.submitZip(join(scratch, `${name}.zip`), {
      ...task,
      source: { zip: { root: '.' } },
    });
  }
  const done = await system.client.wait(submitted.id, PATIENCE_MS);
  expect({ error: done.error, outcome: done.outcome }).toEqual({
    error: null,
    outcome: test.outcome ?? 'changed',
  });
  const patch = await system.client.diff(done.id);
  expect({ tree: await applied(base, patch), resultTree: done.resultTree }).toEqual({
    tree: expectedTree,
    resultTree: expectedTree,
  });
  await Promise.all([
    rm(base, { recursive: true }),
    rm(join(scratch, `${name}-changed`), { recursive: true }),
  ]);
};

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'drydock-patch-'));
  system = await startSystem({ concurrency: AT_ONCE });
  checked = sideBySide(VARIANTS, AT_ONCE, check);
}, 240_000);

afterAll(async () => {
  await system.stop();
  await rm(scratch, { recursive: true, force: true });
});

describe.each(SOURCES)('a patch from a %s source is exact', (wanted) => {
  it.each(
    VARIANTS.filter(({ source }) => source === wanted).map(
      (variant) => [variant.test.name, variant] as const,
    ),
  )('%s', async (_name, variant) => checked(variant), PATIENCE_MS);
});
