import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PERSON = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: '2026-01-02T03:04:05Z' };
const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(
    Object.entries(PERSON).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]),
  ),
};

/** Refuses as GitHub does: in a hook that runs before any ref of the push is moved. */
const HOOK = `#!/bin/sh
while read -r _old new ref; do
  if grep -qxF "$ref" protected 2>/dev/null; then
    echo "error: GH006: Protected branch update failed for $ref." >&2
    exit 1
  fi
  if [ "$REMOTE_USER" = "without workflows" ] && [ -n "$(git rev-list -1 "$new" --not --all -- .github/workflows)" ]; then
    echo "refusing to allow a GitHub App to create or update workflow without \\\`workflows\\\` permission" >&2
    exit 1
  fi
done
`;

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly message: string;
}

/** A bare repository on disk. */
export class GitStore {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async create(defaultBranch: string): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    await this.#git('init', '--bare', '--quiet', `--initial-branch=${defaultBranch}`);
    await this.#git('config', 'uploadpack.allowAnySHA1InWant', 'true'); // as GitHub does
    const hook = join(this.directory, 'hooks', 'pre-receive');
    await mkdir(join(this.directory, 'hooks'), { recursive: true });
    await writeFile(hook, HOOK);
    await chmod(hook, 0o755);
  }

  /** Refuses every push to these branches. */
  async protect(...branches: readonly string[]): Promise<void> {
    const lines = branches.map((branch) => `refs/heads/${branch}\n`);
    await writeFile(join(this.directory, 'protected'), lines.join(''));
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#git('for-each-ref', '--count=1', 'refs/heads')) === '';
  }

  /** Commit at the tip of a branch, or null. */
  async tip(branch: string): Promise<string | null> {
    return this.#commitOf(`refs/heads/${branch}`);
  }

  /** Commit that a branch, or the id itself, stands for; null when there is none. */
  async resolve(name: string): Promise<string | null> {
    return (await this.tip(name)) ?? (/^[0-9a-f]{40}$/.test(name) ? this.#commitOf(name) : null);
  }

  /** How many commits each of the two has that the other lacks. */
  async apart(base: string, head: string): Promise<{ readonly ahead: number; readonly behind: number }> {
    const counts = await this.#git('rev-list', '--left-right', '--count', `${base}...${head}`);
    const [behind = 0, ahead = 0] = counts.split('\t').map(Number);
    return { ahead, behind };
  }

  async mergeBase(one: string, other: string): Promise<string> {
    return this.#git('merge-base', one, other);
  }

  /** Ids of the commits that `head` has and `base` lacks, oldest first. */
  async commitsBetween(base: string, head: string): Promise<string[]> {
    const lines = await this.#git('rev-list', '--reverse', `${base}..${head}`);
    return lines === '' ? [] : lines.split('\n');
  }

  async commit(sha: string): Promise<CommitFacts> {
    const text = await this.#git('log', '-1', '--format=%T%n%P%n%an%n%ae%n%aI%n%B', sha);
    const [tree = '', parents = '', name = '', email = '', date = '', ...message] = text.split('\n');
    return {
      sha,
      tree,
      parents: parents === '' ? [] : parents.split(' '),
      author: { name, email, date },
      message: message.join('\n'),
    };
  }

  /** Bytes of a file, as text; throws when there is none. */
  async file(revision: string, path: string): Promise<string> {
    const { stdout } = await run('git', ['cat-file', 'blob', `${revision}:${path}`], this.#options());
    return stdout;
  }

  /** Somebody pushes a commit with these files put over what the branch, or the default one, has. @returns its id. */
  async push(branch: string, files: Readonly<Record<string, string>>, message = 'Change'): Promise<string> {
    const index = join(this.directory, `index-${randomUUID()}`);
    const withIndex = { GIT_INDEX_FILE: index };
    try {
      const parent = (await this.tip(branch)) ?? (await this.#commitOf('HEAD'));
      if (parent !== null) await this.#gitWith(withIndex, 'read-tree', parent);
      for (const [path, content] of Object.entries(files)) {
        const blob = await this.#write(content);
        await this.#gitWith(withIndex, 'update-index', '--add', '--cacheinfo', `100644,${blob},${path}`);
      }
      const tree = await this.#gitWith(withIndex, 'write-tree');
      const onto = parent === null ? [] : ['-p', parent];
      const commit = await this.#git('commit-tree', tree, ...onto, '-m', message);
      await this.#git('update-ref', `refs/heads/${branch}`, commit);
      return commit;
    } finally {
      await rm(index, { force: true });
    }
  }

  async #write(content: string): Promise<string> {
    const file = join(this.directory, `blob-${randomUUID()}`);
    await writeFile(file, content);
    try {
      return await this.#git('hash-object', '-w', '--no-filters', file);
    } finally {
      await rm(file);
    }
  }

  async #commitOf(name: string): Promise<string | null> {
    return this.#git('rev-parse', '--verify', '--quiet', `${name}^{commit}`).catch(() => null);
  }

  #git(...args: string[]): Promise<string> {
    return this.#gitWith({}, ...args);
  }

  async #gitWith(extra: Record<string, string>, ...args: string[]): Promise<string> {
    return (await run('git', args, this.#options(extra))).stdout.trimEnd();
  }

  #options(extra: Record<string, string> = {}) {
    return { cwd: this.directory, env: { ...environment, ...extra }, maxBuffer: 64 * 1024 ** 2 };
  }
}
