import { chmodSync, lstatSync, readdirSync, type BigIntStats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { codeOf, messageOf } from '../faults.ts';
import type { BaseTree } from './base-tree.ts';
import { toFsPath } from './byte-path.ts';
import { CollectFailure, shownPath } from './collect-failure.ts';
import type { Candidate, IgnoreRules } from './ignore-rules.ts';
import type { Notices } from './notices.ts';
import type { IndexStat } from './read-index.ts';
import { isUntouched } from './stat-comparison.ts';
import type { WorkspaceChanges } from './workspace-changes.ts';

const SLICE_MS = 20;
/** Untracked paths that git is asked about at once: what an agent piles up must not fill the memory before it is counted. */
const ASKED_AT_ONCE = 10_000;
/** All that is read may be so many times larger than the patch: what compresses well is allowed. */
const BYTES_PER_PATCH_BYTE = 8;

export interface WalkOptions {
  readonly root: string;
  readonly base: BaseTree;
  readonly trusted: ReadonlyMap<string, IndexStat>;
  readonly rules: IgnoreRules;
  readonly notices: Notices;
  readonly limits: {
    readonly maxFiles: number;
    readonly maxFileBytes: number;
    readonly maxPatchBytes: number;
  };
  readonly signal: AbortSignal;
}

interface Untracked extends Candidate {
  readonly stat: BigIntStats;
}

/** What a level has brought so far. */
interface Found {
  /** Folders of the next level. */
  readonly next: string[];
  readonly untracked: Untracked[];
}

/** `.git` in any case, and what Windows would take for it: git refuses all of them in a tree. */
const isDotGit = (name: string): boolean => /^\.git$/i.test(name);
const isUnsafeName = (name: string): boolean => /^(\.git|git~1)[. ]*($|[\\:])/i.test(name);

/**
 * Compares the workspace with the base by one walk, level by level. Folders that the base ignores are not entered unless
 * it has files in them.
 */
export class WorkspaceWalk {
  readonly #options: WalkOptions;
  readonly #toAdd: string[] = [];
  readonly #seen = new Set<string>();
  #bytes = 0n;
  #newFolders = 0;
  #sliceEnds = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** @throws CollectFailure */
  async run(): Promise<WorkspaceChanges> {
    let level = [''];
    while (level.length > 0) level = await this.#walkLevel(level);
    const { files } = this.#options.base;
    return { toAdd: this.#toAdd, toRemove: [...files.keys()].filter((path) => !this.#seen.has(path)) };
  }

  async #walkLevel(folders: readonly string[]): Promise<string[]> {
    const found: Found = { next: [], untracked: [] };
    for (const folder of folders)
      for (const name of this.#list(folder)) {
        if (performance.now() > this.#sliceEnds) await this.#breathe();
        this.#visit(folder === '' ? name : `${folder}/${name}`, name, found);
        if (found.untracked.length >= ASKED_AT_ONCE) await this.#sortOut(found);
      }
    await this.#sortOut(found);
    return found.next;
  }

  /** Asks which of the untracked paths the base ignores, and takes the others. */
  async #sortOut({ next, untracked }: Found): Promise<void> {
    const asked = untracked.splice(0);
    const ignored = await this.#options.rules.ignored(asked);
    asked.forEach(({ path, isFolder, stat }, i) => {
      if (ignored[i] === true) return;
      if (isFolder) this.#enter(path, next);
      else this.#add(path, stat);
    });
  }

  #enter(path: string, next: string[]): void {
    const { maxFiles } = this.#options.limits;
    if (++this.#newFolders > maxFiles)
      throw new CollectFailure(
        'collect_too_large',
        `More than ${String(maxFiles)} new folders. Are build results ignored?`,
      );
    next.push(path);
  }

  #visit(path: string, name: string, found: Found): void {
    const { base, trusted, notices } = this.#options;
    if (isUnsafeName(name)) {
      if (path !== '.git') notices.add(isDotGit(name) ? 'nested_repository' : 'unsafe_name', path);
      return;
    }
    const stat = this.#stat(path);
    if (base.submodules.has(path)) {
      if (!stat.isDirectory() || this.#list(path).length > 0) notices.add('submodule_kept', path);
    } else if (stat.isDirectory()) {
      if (base.folders.has(path)) found.next.push(path);
      else found.untracked.push({ path, isFolder: true, stat });
    } else if (!stat.isFile() && !stat.isSymbolicLink()) notices.add('special_file', path);
    else if (base.submoduleParents.has(path)) notices.add('submodule_kept', path);
    else if (base.files.has(path)) {
      this.#seen.add(path);
      if (!isUntouched(stat, trusted.get(path))) this.#add(path, stat);
    } else found.untracked.push({ path, isFolder: false, stat });
  }

  #add(path: string, stat: BigIntStats): void {
    const { maxFiles, maxFileBytes, maxPatchBytes } = this.#options.limits;
    if (stat.size > BigInt(maxFileBytes))
      throw new CollectFailure(
        'collect_too_large',
        `${shownPath(path)} has ${String(stat.size)} bytes; a file of a patch may have ${String(maxFileBytes)}.`,
      );
    this.#bytes += stat.size;
    this.#toAdd.push(path);
    if (this.#options.trusted.size > 0 && this.#bytes > BigInt(maxPatchBytes) * BigInt(BYTES_PER_PATCH_BYTE))
      throw new CollectFailure('collect_too_large', 'The changed files together are too large for a patch.');
    if (this.#toAdd.length > maxFiles + this.#options.base.files.size)
      throw new CollectFailure(
        'collect_too_large',
        `More than ${String(maxFiles)} new files. Are build results ignored?`,
      );
    if (stat.isFile() && (stat.mode & 0o400n) === 0n) this.#allow(path, stat, 0o400);
  }

  #list(folder: string): string[] {
    const read = (): string[] => readdirSync(this.#at(folder), 'latin1');
    try {
      return read();
    } catch (error) {
      if (codeOf(error) === 'EACCES') {
        this.#allow(folder, this.#stat(folder), 0o700);
        return this.#guarded(folder, read);
      }
      throw this.#asFailure(folder, error);
    }
  }

  #stat(path: string): BigIntStats {
    return this.#guarded(path, () => lstatSync(this.#at(path), { bigint: true }));
  }

  #allow(path: string, stat: BigIntStats, mode: number): void {
    this.#guarded(path, () => {
      chmodSync(this.#at(path), Number(stat.mode & 0o7777n) | mode);
    });
  }

  #guarded<T>(path: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (codeOf(error) === 'EACCES' && path.includes('/')) return this.#retryWithParent(path, action);
      throw this.#asFailure(path, error);
    }
  }

  /** A folder that can be listed but not entered. */
  #retryWithParent<T>(path: string, action: () => T): T {
    try {
      const parent = path.slice(0, path.lastIndexOf('/'));
      chmodSync(this.#at(parent), 0o700);
      return action();
    } catch (error) {
      throw this.#asFailure(path, error);
    }
  }

  #at(path: string): string | Buffer {
    return toFsPath(`${this.#options.root}/${path}`);
  }

  #asFailure(path: string, error: unknown): CollectFailure {
    const reason = codeOf(error) ?? messageOf(error);
    return new CollectFailure('collect_uncollectable', `${shownPath(path)} cannot be read: ${reason}.`);
  }

  async #breathe(): Promise<void> {
    await nextTurn();
    this.#options.signal.throwIfAborted();
    this.#sliceEnds = performance.now() + SLICE_MS;
  }
}
