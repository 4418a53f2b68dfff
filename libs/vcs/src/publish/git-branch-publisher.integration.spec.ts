import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { branchPublisherContract } from '@drydock/engine/testing';
import { BRANCH, PublishBench, type Change } from '../testing/publish-bench.ts';
import type { Origin } from '../testing/origin.ts';
import { never } from '../testing/workbench.ts';

let bench: PublishBench;
beforeAll(async () => {
  bench = await PublishBench.open();
});
afterAll(() => bench.close());

branchPublisherContract('GitBranchPublisher', () => {
  const change = bench.smallChange();
  const { origin, tree } = change;
  origin.write({ 'b.txt': 'more\n' }).git('add', '.');
  const more = origin.git('write-tree');
  const before = bench.stores().length;
  return Promise.resolve({
    publisher: bench.publisher(),
    paths: ['a.txt'],
    request: (rest) => bench.request(change, rest),
    followUp: (commit) =>
      bench.request(change, { baseCommit: commit, tree: more, patch: bench.patch(change, tree, more) }),
    tip: (branch) => Promise.resolve(bench.tip(change, branch)),
    commitByOthers: (branch) => {
      const commit = origin.git('commit-tree', `${branch}^{tree}`, '-p', branch, '-m', 'theirs');
      origin.git('update-ref', `refs/heads/${branch}`, commit);
      return Promise.resolve(commit);
    },
    protect: (branch) => {
      bench.refuse(change, branch, 'GH006: Protected branch update failed');
    },
    openStores: () => bench.stores().length - before,
  });
});

const CRLF = 'one\r\ntwo\r\nthree\r\n';
const ODD = 'we ird\n\t"\u202e\\';
/** Latin-1 that is no UTF-8. */
const NO_UTF8 = Buffer.from('caf\xe9', 'latin1');

const link = (
  origin: Origin,
  name: string | Buffer,
  [mode, content]: [mode: string, content: string],
): void => {
  const id = mode === '160000' ? content : origin.object('blob', content);
  const entry = Buffer.concat([
    Buffer.from(`${mode} ${id}\t`),
    Buffer.from(name as string),
    Buffer.from('\0'),
  ]);
  origin.gitWith({ input: entry }, 'update-index', '-z', '--index-info');
};

const oddChange = (): Change =>
  bench.change(
    (origin) => {
      origin.write({
        '.gitattributes':
          '* text=auto eol=crlf\n*.id ident\n*.u16 working-tree-encoding=UTF-16\n* whitespace\n',
        'crlf.txt': CRLF,
        'mixed.txt': 'a\r\nb\nc  \t\n',
        'no-end.txt': 'x',
        'c.id': '$Id$\n',
        'd.u16': Buffer.from([0xff, 0xfe, 0x61, 0, 0x0a, 0]),
        'b.bin': Buffer.from([0, 1, 255, 10, 13]),
        'run.sh': '#!/bin/sh\n',
        'old/name.txt': 'the same content\n'.repeat(20),
        'gone.txt': 'gone\n',
        'becomes-folder': 'file\n',
        [ODD]: 'odd\n',
      });
      origin.git('add', '--all', '--force');
      link(origin, 'link', ['120000', 'crlf.txt']);
      link(origin, NO_UTF8, ['100644', 'latin\n']);
      link(origin, 'sub', ['160000', '1'.repeat(40)]);
    },
    (origin) => {
      const files = ['old/name.txt', 'gone.txt', 'becomes-folder'];
      origin.git('rm', '--quiet', '--cached', ...files);
      origin.git('clean', '-fdxq', '--', ...files);
      origin.write({
        'crlf.txt': CRLF.replace('two', '2 '),
        'mixed.txt': 'a\r\nB \nc\t\n\n\n',
        'no-end.txt': 'y',
        'c.id': '$Id: x$\r\n',
        'd.u16': Buffer.from([0xff, 0xfe, 0x62, 0, 0x0a, 0]),
        'b.bin': Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256)),
        'new/name.txt': 'the same content\n'.repeat(20),
        'becomes-folder/file': '',
        [ODD]: 'odder\r\n',
      });
      origin.git(
        'add',
        '--force',
        '--',
        ...['crlf.txt', 'mixed.txt', 'no-end.txt', 'c.id', 'd.u16', 'b.bin'],
      );
      origin.git('add', '--force', '--', 'new/name.txt', 'becomes-folder/file', ODD);
      origin.git('update-index', '--chmod=+x', 'run.sh');
      link(origin, 'link', ['120000', 'b.bin']);
      link(origin, NO_UTF8, ['100755', 'latin 1\r\n']);
      link(origin, 'sub', ['160000', '2'.repeat(40)]);
    },
  );

describe('GitBranchPublisher', () => {
  it('pushes the patch byte for byte, whatever its files are and whatever attributes they have', async () => {
    const change = oddChange();
    const { origin, baseCommit, tree } = change;
    const branch = await bench.publisher().prepare(bench.request(change), () => undefined, never());
    await branch.push(never());
    await branch.close();
    expect(origin.git('rev-parse', `${BRANCH}^{tree}`)).toBe(tree);
    expect(origin.git('rev-parse', BRANCH)).toBe(branch.commit);
    const file = (name: string): Buffer => origin.bytes('cat-file', 'blob', `${BRANCH}:${name}`);
    expect(file('crlf.txt').toString()).toBe('one\r\n2 \r\nthree\r\n');
    expect(file('mixed.txt').toString()).toBe('a\r\nB \nc\t\n\n\n');
    expect(file('b.bin')).toHaveLength(3000);
    expect(file('becomes-folder/file')).toHaveLength(0);
    const modes = origin.git('ls-tree', BRANCH, 'run.sh', 'link', 'sub');
    expect(modes).toMatch(/^120000 blob .*\tlink\n100755 blob .*\trun.sh\n160000 commit 2{40}\tsub$/);
    const listed = origin.bytes('diff-tree', '-r', '--name-only', '--no-renames', '-z', baseCommit, BRANCH);
    expect(branch.paths.map((path) => `${path}\0`).join('')).toBe(listed.toString('latin1'));
    expect(branch.paths).toEqual(
      expect.arrayContaining([
        'caf\xe9',
        'old/name.txt',
        'new/name.txt',
        Buffer.from(ODD).toString('latin1'),
      ]),
    );
  });

  it('makes the commit of the base, the author, the message and the time, and of nothing else', async () => {
    const change = bench.smallChange();
    const message = 'Größe: "$(touch x)"\n\n# no comment\n\nCo-authored-by: A <a@example.com>';
    const author = { name: 'drydock[bot]', email: '1+drydock[bot]@example.com' };
    const request = bench.request(change, { message, author });
    const branch = await bench.publisher().prepare(request, () => undefined, never());
    await branch.push(never());
    await branch.close();
    const person = 'drydock[bot] <1+drydock[bot]@example.com> 1700000000 +0000';
    expect(change.origin.bytes('cat-file', 'commit', branch.commit).toString()).toBe(
      `tree ${change.tree}\nparent ${change.baseCommit}\nauthor ${person}\ncommitter ${person}\n\n${message}\n`,
    );
  });

  it('gives the same commit from another worker, with another branch and another clone', async () => {
    const change = bench.smallChange();
    const commits = [];
    for (const more of [{}, { branch: 'other' }]) {
      const publisher = bench.publisher({ mirrorsDirectory: `${bench.vcs.temp}/${String(commits.length)}` });
      const branch = await publisher.prepare(bench.request(change, more), () => undefined, never());
      commits.push(branch.commit);
      await branch.close();
    }
    expect(commits[0]).toBe(commits[1]);
  });
});
