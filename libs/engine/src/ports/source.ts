import type { TeamId } from '@drydock/domain';
import type { AttemptKey } from './attempt-key.ts';
import type { BasePin } from './task-record.ts';

export interface GitSourceRequest {
  readonly key: AttemptKey;
  readonly teamId: TeamId;
  readonly url: string;
  /** null: the remote HEAD. */
  readonly ref: string | null;
  readonly token: string | null;
  /** The base of an earlier attempt; then exactly that commit is used. */
  readonly pinned: BasePin | null;
  /** Where the repository says how to work on it. A branch that somebody asked us to work on must not say that itself. */
  readonly configFrom: 'base' | 'default_branch';
}

export interface ZipSourceRequest {
  readonly key: AttemptKey;
  /** `source.zip.root`, or null: the only top-level folder if there is just one, else the top. */
  readonly root: string | null;
  readonly archive: AsyncIterable<Uint8Array>;
  readonly pinned: BasePin | null;
}

export interface CheckedOut {
  readonly base: BasePin;
  /** Commit in the `base` area's repository that holds the tree; for git sources the very commit of the source. */
  readonly baseCommit: string;
  /** Raw text of `.drydock.yml` (a regular file ≤ 64 KiB), or null. Throws `config_invalid` when it is anything else. */
  readonly configText: string | null;
  /** AGENTS.md of the base (regular file, ≤ 64 KiB, cut), or null. */
  readonly agentsMd: string | null;
  /** The base has `.drydock/setup.sh` as a regular file, and so has what configures the task. */
  readonly hasSetupScript: boolean;
  readonly notices: readonly { code: string; message: string }[];
}

/**
 * Plumbing on the host into fresh areas, before anything untrusted ran: fills `work` (files and a disposable `.git` with
 * one base commit) and `base` (bare, base objects only, and `drydock-index`). All of `work` belongs to the sandbox's user
 * already, and must not be handed over again: another `chown` would change the ctimes that the index knows.
 * Throws the `checkout_failed` codes: `source_…`, `repo_…`, `archive_…`, `host_not_allowed`, `config_invalid`.
 */
export interface Sources {
  checkoutGit(request: GitSourceRequest, signal: AbortSignal): Promise<CheckedOut>;
  checkoutZip(request: ZipSourceRequest, signal: AbortSignal): Promise<CheckedOut>;
  /** Puts the disposable `.git` into `verify-work`; collect checks the files out there. */
  prepareVerify(key: AttemptKey, baseCommit: string): Promise<void>;
}

export interface ArchiveSummary {
  readonly entries: number;
  readonly unpackedBytes: number;
}

/** Reads what a ZIP's central directory shows, and where its first 1,000 links lead. Throws the `archive_…` codes. */
export interface ArchiveInspector {
  inspect(path: string, root: string | null): Promise<ArchiveSummary>;
}

/** Unpacks a ZIP under guards into an empty directory; wiring hands it to the `Sources` adapter. */
export interface ArchiveExtractor {
  /**
   * Spools the archive beside `directory`, inspects it again and extracts: paths, types, sizes, CRCs checked, symlinks made
   * last, any `.git` left out with a notice, only the executable bit kept. All belongs to the owner of `directory`. Throws the `archive_…` codes, leaving nothing.
   */
  extract(
    request: { archive: AsyncIterable<Uint8Array>; directory: string; root: string | null },
    signal: AbortSignal,
  ): Promise<{ notices: readonly { code: string; message: string }[] }>;
}
