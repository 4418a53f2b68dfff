/** One change that a patch must carry byte for byte. Both scripts run by bash in the root of the repository. */
export interface PatchCase {
  readonly name: string;
  /** Builds the base. */
  readonly base: string;
  /** Makes the change, by the harness `command`. */
  readonly change: string;
  /** Paths that the change makes and the patch must leave out. */
  readonly leftOut?: readonly string[];
  readonly outcome?: 'changed' | 'no_changes';
  /** ZIP names are text: what only git can carry is tested with git alone. */
  readonly gitOnly?: boolean;
  /** The source is a repository with a submodule pointer. */
  readonly withSubmodule?: boolean;
}

/** Blocks of 64 KiB that nothing compresses, the same wherever it runs: the oracle makes the change a second time. */
const noise = (seed: number, blocks: number): string =>
  `perl -e 'srand(${String(seed)}); my $b = pack("C*", map { int(rand(256)) } 1 .. 65536); print $b x ${String(blocks)}'`;

const plain = `printf 'one\\ntwo\\nthree\\n' > a.txt`;

const content: readonly PatchCase[] = [
  { name: 'text', base: plain, change: `sed -i s/two/TWO/ a.txt` },
  {
    name: 'CRLF',
    base: `printf 'one\\r\\ntwo\\r\\n' > a.txt`,
    change: `printf 'one\\r\\nTWO\\r\\nthree\\r\\n' > a.txt`,
  },
  {
    name: 'mixed line endings',
    base: `printf 'one\\r\\ntwo\\nthree\\r' > a.txt`,
    change: `printf 'one\\ntwo\\r\\nthree\\n\\r' > a.txt`,
  },
  {
    name: 'no newline at the end',
    base: `printf 'one\\ntwo' > a.txt; printf 'x\\n' > b.txt`,
    change: `printf 'one\\ntwo\\nthree' > a.txt; printf 'x' > b.txt`,
  },
  { name: 'Latin-1', base: `printf 'caf\\351\\n' > a.txt`, change: `printf 'caf\\351 \\374ber\\n' > a.txt` },
  {
    name: 'UTF-16',
    base: `printf '\\377\\376a\\0b\\0\\n\\0' > a.txt`,
    change: `printf '\\377\\376a\\0c\\0\\n\\0d\\0' > a.txt`,
  },
  {
    name: 'binary',
    base: noise(1, 1) + ' > a.bin',
    change: `${noise(2, 2)} > a.bin; head -c 100 /dev/zero > b.bin`,
  },
  { name: '50 MB binary', base: `printf x > a.bin`, change: `${noise(3, 800)} > a.bin` },
  {
    name: 'empty file added, emptied and filled',
    base: `printf x > a.txt; : > b.txt`,
    change: `: > a.txt; printf y > b.txt; : > c.txt`,
  },
];

const names: readonly PatchCase[] = [
  { name: 'delete', base: `${plain}; printf b > b.txt`, change: `rm a.txt` },
  { name: 'rename', base: plain, change: `mv a.txt b.txt` },
  {
    name: 'rename with edit',
    base: `seq 1 200 > a.txt`,
    change: `mkdir d; mv a.txt d/b.txt; sed -i s/100/hundred/ d/b.txt`,
  },
  { name: 'case-only rename', base: `printf 1 > Readme.md`, change: `mv Readme.md README.md` },
  {
    name: 'spaces, tabs, quotes, newlines, emoji',
    base: `printf 1 > 'a b'; printf 2 > $'t\\tab'; printf 3 > 'q"uo'"'"'te'`,
    change: `printf 11 > 'a b'; printf 22 > $'t\\tab'; printf 33 > 'q"uo'"'"'te'; printf 4 > $'new\\nline'; printf 5 > '🚢 dock'; printf 6 > ' lead'; printf 7 > -- '-x'`,
  },
  {
    name: 'non-UTF-8 bytes',
    base: `printf 1 > $'\\377name'`,
    change: `printf 2 > $'\\377name'; printf 3 > $'caf\\351'`,
    gitOnly: true,
  },
  {
    name: '200-deep path',
    base: plain,
    change: `p=.; for i in $(seq 200); do p=$p/d$i; done; mkdir -p $p; printf deep > $p/f.txt`,
  },
  {
    name: '5,000 files changed',
    base: `for i in $(seq 5000); do echo $i > f$i; done`,
    change: `for f in f*; do echo changed >> $f; done`,
  },
];

const kinds: readonly PatchCase[] = [
  {
    name: 'chmod +x and -x',
    base: `printf a > a.sh; printf b > b.sh; chmod +x b.sh`,
    change: `chmod +x a.sh; chmod -x b.sh`,
  },
  {
    name: 'symlink new, retargeted, dangling',
    base: `${plain}; ln -s a.txt old; ln -s a.txt gone`,
    change: `ln -sfn nowhere old; ln -s a.txt new; ln -s does/not/exist dangling; rm gone`,
  },
  { name: 'file to directory', base: plain, change: `rm a.txt; mkdir a.txt; printf x > a.txt/in` },
  {
    name: 'directory to file',
    base: `mkdir d; printf x > d/in; printf y > d/on`,
    change: `rm -r d; printf z > d`,
  },
  { name: 'file to symlink', base: `${plain}; printf b > b.txt`, change: `rm a.txt; ln -s b.txt a.txt` },
  { name: 'symlink to file', base: `${plain}; ln -s a.txt l`, change: `rm l; printf real > l` },
  { name: 'symlink to directory', base: `${plain}; ln -s a.txt l`, change: `rm l; mkdir l; printf in > l/f` },
  {
    name: 'directory to symlink',
    base: `mkdir d e; printf x > d/in; printf y > e/in`,
    change: `rm -r d; ln -s e d`,
  },
];

const ignoring: readonly PatchCase[] = [
  {
    name: 'ignored build output left out',
    base: `${plain}; printf 'dist/\\n*.log\\n' > .gitignore`,
    change: `sed -i s/two/TWO/ a.txt; mkdir dist; printf o > dist/out.js; printf l > x.log`,
    leftOut: ['dist', 'x.log'],
  },
  {
    name: 'tracked but ignored file changed',
    base: `printf 'dist/\\n' > .gitignore; mkdir dist; printf 1 > dist/kept.js`,
    change: `printf 2 > dist/kept.js; printf 3 > dist/new.js`,
    leftOut: ['dist/new.js'],
  },
  {
    name: '.gitignore changed by the agent',
    base: `${plain}; printf '*.log\\n' > .gitignore`,
    change: `printf '*.txt\\n' > .gitignore; printf n > new.txt; printf l > x.log; mkdir s; printf '*\\n' > s/.gitignore; printf k > s/kept`,
    leftOut: ['x.log'],
  },
  {
    name: '.gitattributes with eol, text=auto and a filter driver',
    base: `printf '* text=auto\\n*.crlf text eol=crlf\\n*.lf text eol=lf\\n*.f filter=evil\\n*.id ident\\n' > .gitattributes; printf 'a\\r\\nb\\n' > m.txt; printf 'a\\r\\n' > a.lf; printf 'a\\n' > a.crlf; printf 'x\\n' > x.f; printf '$Id$\\n' > i.id`,
    change: `git config filter.evil.clean 'sed s/x/EVIL/' || true; printf 'a\\r\\nb\\r\\n' > m.txt; printf 'b\\r\\n' >> a.lf; printf 'b\\n' >> a.crlf; printf 'xx\\n' > x.f; printf '$Id: 1 $\\n' > i.id; printf 'n\\r\\n' > new.txt`,
  },
];

const repositories: readonly PatchCase[] = [
  {
    name: 'submodule untouched',
    base: plain,
    change: `sed -i s/two/TWO/ a.txt; printf x > sub/inside || true`,
    leftOut: ['sub/inside'],
    gitOnly: true,
    withSubmodule: true,
  },
  {
    name: 'nested repository made by the agent',
    base: plain,
    change: `mkdir n; cd n; git init -q .; printf x > f; git add f; git -c user.name=a -c user.email=a@b commit -qm n; cd ..; printf y > n/g`,
    leftOut: ['n/.git'],
  },
  { name: '.git deleted', base: plain, change: `rm -rf .git; sed -i s/two/TWO/ a.txt` },
  {
    name: '.git rewritten',
    base: plain,
    change: `rm -rf .git; git init -q .; printf '[core]\\nfsmonitor = "touch /tmp/evil"\\n' >> .git/config; sed -i s/two/TWO/ a.txt`,
  },
  {
    name: '.git replaced by a file',
    base: plain,
    change: `rm -rf .git; printf 'gitdir: /nowhere\\n' > .git; sed -i s/two/TWO/ a.txt`,
  },
  {
    name: 'commits and branches of the agent',
    base: plain,
    change: `git checkout -qb mine; sed -i s/two/TWO/ a.txt; git -c user.name=a -c user.email=a@b commit -qam mine; printf n > new; git update-index --assume-unchanged a.txt; printf 'new2\\n' >> .git/info/exclude; printf n > new2`,
  },
  { name: 'no change at all', base: plain, change: `true`, outcome: 'no_changes' },
  {
    name: 'changed and changed back',
    base: plain,
    change: `cp a.txt /tmp/a; printf x > a.txt; cat /tmp/a > a.txt`,
    outcome: 'no_changes',
  },
];

export const PATCH_CASES: readonly PatchCase[] = [
  ...content,
  ...names,
  ...kinds,
  ...ignoring,
  ...repositories,
];
