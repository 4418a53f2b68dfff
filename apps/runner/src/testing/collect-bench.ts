import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CollectJob, RunnerDone } from '@drydock/contracts';
import type { LiveRunner, RunnerRig } from './bundled-runner.ts';

const ENV = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
};

/** Plain git, as a client has it: system defaults, nothing hardened. */
export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, env: ENV, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });

const RAW = '* -text !eol -ident !filter !working-tree-encoding !diff\n';

export interface Collected {
  readonly runner: LiveRunner;
  readonly done: RunnerDone;
  readonly patch: Buffer;
}

/** What the host prepares for a collect: a base repository and the workspace made of it. */
export class CollectBench {
  readonly base: string;
  readonly work: string;
  readonly out: string;
  readonly verify: string;
  readonly #client: string;
  readonly #rig: RunnerRig;
  #commit = '';

  constructor(rig: RunnerRig) {
    const root = rig.folder();
    this.#rig = rig;
    [this.base, this.work, this.out, this.verify, this.#client] = [
      'base.git',
      'work',
      'out',
      'verify',
      'client',
    ].map((name) => join(root, name)) as [string, string, string, string, string];
    for (const folder of [this.work, this.out, this.verify]) mkdirSync(folder);
  }

  /** Commits what `make` puts into a folder, whatever it ignores, and checks it out raw into the workspace. */
  begin(make: (folder: string) => void, submodule?: string): void {
    git(this.work, 'init', '-q');
    writeFileSync(join(this.work, '.git/info/attributes'), RAW);
    make(this.work);
    git(this.work, 'add', '-A', '-f');
    if (submodule !== undefined) {
      git(this.work, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${submodule}`);
      mkdirSync(join(this.work, submodule), { recursive: true });
    }
    git(this.work, 'commit', '-q', '--allow-empty', '-m', 'base');
    this.#commit = git(this.work, 'rev-parse', 'HEAD').trim();
    git(this.work, 'clone', '-q', '--bare', '--no-hardlinks', this.work, this.base);
    writeFileSync(join(this.base, 'info/attributes'), RAW);
  }

  /** The stat data that the host leaves for collect; mtimes lie back, as the host sets them. */
  noteStats(): void {
    for (const name of git(this.work, 'ls-files', '-z').split('\0').filter(Boolean))
      lutimesSync(Buffer.from(join(this.work, name), 'latin1'), 1_700_000_000, 1_700_000_000);
    git(this.work, 'update-index', '-q', '--refresh');
    cpSync(join(this.work, '.git/index'), join(this.base, 'drydock-index'));
  }

  async collect(options: Partial<CollectJob> = {}): Promise<Collected> {
    const job: CollectJob = {
      kind: 'collect',
      baseGitDir: this.base,
      baseCommit: this.#commit,
      outDirectory: this.out,
      verifyDirectory: null,
      agentStartedAtMs: null,
      maxPatchBytes: 256 * 1024 ** 2,
      maxFileBytes: 256 * 1024 ** 2,
      maxFiles: 200_000,
      ...options,
    };
    const { runner, done } = await this.#rig.run(this.work, { job, maxLogBytes: 0 });
    const file = join(this.out, 'diff.patch');
    return { runner, done, patch: existsSync(file) ? readFileSync(file) : Buffer.alloc(0) };
  }

  /** `git apply` of the patch on a client's clean raw checkout; the tree that it gives. */
  applyAsClient(patch: Buffer): string {
    git(this.work, 'clone', '-q', '--no-checkout', this.base, this.#client);
    writeFileSync(join(this.#client, '.git/info/attributes'), RAW);
    git(this.#client, 'checkout', '-q', this.#commit);
    const file = `${this.#client}.patch`;
    writeFileSync(file, patch);
    if (patch.length > 0) git(this.#client, 'apply', '--index', '--whitespace=nowarn', file);
    return git(this.#client, 'write-tree').trim();
  }

  /** The tree of the workspace by plain `git add` of given paths in a repository that knows no ignore rules. */
  treeOf(folder: string): string {
    const gitDir = `${folder}.tree.git`;
    git(this.out, 'init', '-q', '--bare', gitDir);
    writeFileSync(join(gitDir, 'info/attributes'), RAW);
    const run = (...args: string[]): string => git(folder, `--git-dir=${gitDir}`, '--work-tree=.', ...args);
    run('add', '-A', '-f', '.');
    return run('write-tree').trim();
  }

  files(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  }
}
