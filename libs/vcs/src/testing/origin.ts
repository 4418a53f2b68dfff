import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ENV = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** A repository of the test's own making; no rule of the host applies to it. */
export class Origin {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: readonly string[]): string {
    return this.gitWith({}, ...args);
  }

  gitWith(
    { input, env }: { input?: string | Buffer; env?: Record<string, string> },
    ...args: readonly string[]
  ): string {
    return this.#run(args, { ...(input === undefined ? {} : { input }), env: { ...ENV, ...env } })
      .toString()
      .trim();
  }

  /** The output as it is. */
  bytes(...args: readonly string[]): Buffer {
    return this.#run(args, { env: ENV });
  }

  write(files: Readonly<Record<string, string | Buffer>>): this {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.directory, name)), { recursive: true });
      writeFileSync(join(this.directory, name), content);
    }
    return this;
  }

  /** Commits all files and returns the id. */
  commit(message = 'a commit'): string {
    this.git('add', '--all', '--force');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Object of any content, sound or not. */
  object(type: 'blob' | 'tree' | 'commit', content: string | Buffer): string {
    return this.gitWith({ input: content }, 'hash-object', '-t', type, '-w', '--stdin', '--literally');
  }

  /** A tree with one entry per `[mode, name, id]`, unsorted and unchecked. */
  tree(...entries: readonly (readonly [mode: string, name: string, id: string])[]): string {
    const parts = entries.map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    );
    return this.object('tree', Buffer.concat(parts));
  }

  /** Points a branch to a commit of that tree. */
  branchOfTree(branch: string, tree: string): string {
    const person = 'a <a@example.com> 1700000000 +0000';
    const commit = this.object('commit', `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nx\n`);
    this.git('update-ref', `refs/heads/${branch}`, commit);
    return commit;
  }

  #run(args: readonly string[], options: { input?: string | Buffer; env: Record<string, string> }): Buffer {
    return execFileSync('git', args, {
      cwd: this.directory,
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...options,
    });
  }
}
