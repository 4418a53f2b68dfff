import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../faults.ts';
import type { ProcessGroups } from '../process/process-groups.ts';
import type { BaseTree } from './base-tree.ts';
import { nulSeparated, toFsPath } from './byte-path.ts';
import { gitOptions, type Git } from './git.ts';

const FIELDS_PER_ANSWER = 4;
const PATTERN_FIELD = 2;
const MAX_STDERR = 1000;
const TYPE = 0o170000;
const FILE = 0o100000;
/**
 * A folder where the base has a file named .gitignore, or one with a longer path than any rule: no rule speaks of what is in
 * there. Any other fault, such as a full disk, would have git take an ignored folder for a file that is not.
 */
const NO_RULE_SPEAKS = ['EEXIST', 'ENOTDIR', 'ENAMETOOLONG'];

export interface Candidate {
  /** Bytes as latin1, relative to the root. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Which untracked paths the base ignores. */
export interface IgnoreRules {
  /** One answer per candidate. Ask for a folder before asking for what is in it. */
  ignored(candidates: readonly Candidate[]): Promise<boolean[]>;
  close(): void;
}

const NOTHING_IGNORED: IgnoreRules = {
  ignored: async (candidates) => candidates.map(() => false),
  close: () => undefined,
};

const isIgnoreFile = (path: string): boolean => path === '.gitignore' || path.endsWith('/.gitignore');

/** Answers of `check-ignore -v -n -z`: source, line, pattern, path. An empty pattern: none matched; `!`: not ignored. */
class Answers {
  #fields: string[] = [];
  #pending = '';
  #waiting: { count: number; resolve: (answers: boolean[]) => void; reject: (error: Error) => void } | null =
    null;
  #error: Error | null = null;

  take(chunk: Buffer): void {
    const fields = (this.#pending + chunk.toString('latin1')).split('\0');
    this.#pending = fields.pop() ?? '';
    for (const field of fields) this.#fields.push(field);
    this.#settle();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#waiting?.reject(error);
  }

  next(count: number): Promise<boolean[]> {
    return new Promise((resolve, reject) => {
      this.#waiting = { count, resolve, reject };
      if (this.#error) reject(this.#error);
      else this.#settle();
    });
  }

  #settle(): void {
    if (this.#waiting === null || this.#fields.length < this.#waiting.count * FIELDS_PER_ANSWER) return;
    const { count, resolve } = this.#waiting;
    this.#waiting = null;
    const fields = this.#fields.splice(0, count * FIELDS_PER_ANSWER);
    resolve(
      Array.from({ length: count }, (_, i) => {
        const pattern = fields[i * FIELDS_PER_ANSWER + PATTERN_FIELD] ?? '';
        return pattern !== '' && !pattern.startsWith('!');
      }),
    );
  }
}

class GitIgnoreRules implements IgnoreRules {
  readonly #child: ChildProcess;
  readonly #scratch: string;
  readonly #answers = new Answers();

  constructor(child: ChildProcess, scratch: string) {
    this.#child = child;
    this.#scratch = scratch;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#answers.take(chunk);
    });
    child.stdin?.on('error', () => undefined);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('latin1')).slice(0, MAX_STDERR);
    });
    child.once('error', (error) => {
      this.#answers.fail(error);
    });
    child.once('close', (code) => {
      this.#answers.fail(new Error(`git check-ignore ended with ${String(code)}: ${stderr}`));
    });
  }

  ignored(candidates: readonly Candidate[]): Promise<boolean[]> {
    if (candidates.length === 0) return Promise.resolve([]);
    // A pattern like `build/` asks the work tree whether a path is a folder
    for (const { path, isFolder } of candidates) if (isFolder) this.#makeFolder(path);
    // A name that begins with a colon would be read as pathspec magic
    this.#child.stdin?.write(nulSeparated(candidates.map(({ path }) => `./${path}`)));
    return this.#answers.next(candidates.length);
  }

  close(): void {
    this.#child.stdin?.end();
  }

  #makeFolder(path: string): void {
    try {
      mkdirSync(toFsPath(join(this.#scratch, path)), { recursive: true });
    } catch (error) {
      if (!NO_RULE_SPEAKS.includes(codeOf(error) ?? '')) throw error;
    }
  }
}

/**
 * The ignore rules of the base, whatever the agent made of them: git answers from a scratch work tree that holds only the
 * base's own `.gitignore` files.
 * @param git - Whose index is that of the base, with `scratch` as work tree, an empty folder.
 */
export const openIgnoreRules = async (
  git: Git,
  base: BaseTree,
  groups: ProcessGroups,
): Promise<IgnoreRules> => {
  const files = [...base.files.values()].filter(
    ({ path, mode }) => isIgnoreFile(path) && (mode & TYPE) === FILE,
  );
  if (files.length === 0) return NOTHING_IGNORED;
  await git.run({
    args: ['checkout-index', '-q', '-z', '--stdin'],
    input: nulSeparated(files.map(({ path }) => path)),
  });
  const { options, env, cwd } = gitOptions(git.place);
  const argv = ['git', ...options, 'check-ignore', '--no-index', '--stdin', '-z', '-v', '-n'];
  return new GitIgnoreRules(groups.start(argv, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] }), cwd);
};
