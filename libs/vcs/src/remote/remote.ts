import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isGitRef } from '@drydock/domain';
import type { RunResult } from '../host/bounded-process.ts';
import { parseAdvertisedRefs, refPatterns, resolveRef, type ResolvedRef } from './advertised-refs.ts';
import type { Connection } from './connection.ts';

const NO_REPOSITORY = '/nonexistent';

/** What a git server has, as it says to one credential. */
export class Remote {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Asks the server, with the credential, for what a ref is.
   * @throws AppError `source_…`, `host_not_allowed`.
   */
  async resolve(ref: string | null, signal: AbortSignal): Promise<ResolvedRef> {
    if (ref !== null && !isGitRef(ref))
      throw new AppError('source_ref_not_found', 'That is no name of a branch or tag.');
    const refs = parseAdvertisedRefs(await this.#lsRemote(['--symref'], refPatterns(ref), signal));
    const resolved = resolveRef(refs, ref);
    if (resolved !== null) return resolved;
    if (!refs.ids.has('HEAD') && (await this.#lsRemote(['--heads'], [], signal)) === '')
      throw new AppError('source_empty', 'The repository has no commits yet. Push one first.');
    throw new AppError(
      'source_ref_not_found',
      ref === null
        ? 'The HEAD of the repository names a branch that does not exist. Say which one by source.git.ref.'
        : `The repository has no branch or tag ${JSON.stringify(ref)}. Name one that exists, or a full commit id.`,
    );
  }

  /**
   * Commit at the tip of a branch; null when there is no such branch.
   * @throws AppError `source_…`, `host_not_allowed`.
   */
  async tip(branch: string, signal: AbortSignal): Promise<string | null> {
    const ref = `refs/heads/${branch}`;
    return parseAdvertisedRefs(await this.#lsRemote([], [ref], signal)).ids.get(ref) ?? null;
  }

  /**
   * Brings one commit, without its parents, into a repository.
   * @throws AppError `source_…`, `repo_too_large`, `host_not_allowed`, `checkout_timeout`.
   */
  async fetch(gitDir: string, wanted: ResolvedRef, signal: AbortSignal): Promise<void> {
    const byId = await this.#fetchInto(gitDir, wanted.commit, signal);
    if (byId.exitCode === 0) return;
    if (!/unadvertised object|not our ref|couldn't find remote ref/i.test(byId.stderr))
      throw this.#connection.fault(byId);
    const byName =
      wanted.serverRef === null
        ? null
        : await this.#fetchInto(gitDir, `+${wanted.serverRef}:refs/heads/fetched`, signal);
    if (byName === null)
      throw new AppError(
        'source_ref_not_found',
        `The source does not have the commit ${wanted.commit}, or no longer gives it out. Push it again, or name a branch.`,
      );
    if (byName.exitCode !== 0) throw this.#connection.fault(byName);
    if ((await readFile(join(gitDir, 'refs/heads/fetched'), 'utf8')).trim() !== wanted.commit)
      throw new AppError('source_unreachable', 'The ref moved while it was fetched. Submit the task again.');
  }

  async #lsRemote(
    options: readonly string[],
    patterns: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const { url, git } = this.#connection;
    const result = await this.#connection.run({
      args: ['ls-remote', ...options, '--end-of-options', url, ...patterns],
      gitDir: NO_REPOSITORY,
      maxOutputBytes: git.limits.maxRefBytes,
      timeoutMs: git.limits.remoteTimeoutMs,
      signal,
    });
    if (result.stopped === 'output')
      throw new AppError('source_invalid', 'The source advertises more refs than can be read.');
    if (result.exitCode !== 0) throw this.#connection.fault(result);
    return result.stdout.toString();
  }

  #fetchInto(gitDir: string, refspec: string, signal: AbortSignal): Promise<RunResult> {
    const { url, git } = this.#connection;
    const options = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-auto-maintenance'];
    return this.#connection.run({
      args: ['fetch', ...options, '--no-write-fetch-head', '--end-of-options', url, refspec],
      gitDir,
      maxOutputBytes: git.limits.maxRefBytes,
      signal,
    });
  }
}
