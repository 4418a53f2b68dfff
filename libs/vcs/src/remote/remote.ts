import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, hostOf, isAllowedPrivate, isGitRef, parseGitUrl, portOf } from '@drydock/domain';
import type { AllowedPrivateHosts } from '@drydock/domain';
import type { RunResult } from '../host/bounded-process.ts';
import type { GitHost } from '../host/git-host.ts';
import { parseAdvertisedRefs, refPatterns, resolveRef, type ResolvedRef } from './advertised-refs.ts';
import { remoteFault } from './remote-fault.ts';

export interface RemoteAccess {
  /** `http://user:password@127.0.0.1:port`. */
  readonly guardProxyUrl: string;
  readonly allowedPrivateHosts: AllowedPrivateHosts;
}

const NO_REPOSITORY = '/nonexistent';

/** One git server with one attempt's credential, reached only through the guard proxy. */
export class Remote {
  readonly #git: GitHost;
  readonly #url: URL;
  readonly #env: Readonly<Record<string, string>>;
  readonly #config: Readonly<Record<string, string>>;
  readonly #secrets: readonly string[];

  /** Throws the `source_url_…` codes and `host_not_allowed`: the URL may come from before a change of the allowlist. */
  constructor(git: GitHost, source: { url: string; token: string | null }, access: RemoteAccess) {
    this.#git = git;
    this.#url = parseGitUrl(source.url, access.allowedPrivateHosts);
    const isHttp =
      this.#url.protocol === 'http:' &&
      isAllowedPrivate(access.allowedPrivateHosts, hostOf(this.#url), portOf(this.#url));
    const basic =
      source.token === null ? null : Buffer.from(`x-access-token:${source.token}`).toString('base64');
    this.#secrets = [source.token, basic].filter((secret) => secret !== null && secret !== '') as string[];
    this.#config = isHttp ? { 'protocol.http.allow': 'always' } : {};
    this.#env = {
      http_proxy: access.guardProxyUrl,
      https_proxy: access.guardProxyUrl,
      GIT_HTTP_PROXY_AUTHMETHOD: 'basic', // else every connection begins with a 407
      ...(isHttp ? { GIT_ALLOW_PROTOCOL: 'https:http' } : {}),
      ...(basic === null ? {} : this.#header(basic)),
    };
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
   * Brings one commit, without its parents, into a repository.
   * @throws AppError `source_…`, `repo_too_large`, `host_not_allowed`, `checkout_timeout`.
   */
  async fetch(gitDir: string, wanted: ResolvedRef, signal: AbortSignal): Promise<void> {
    const byId = await this.#fetchInto(gitDir, wanted.commit, signal);
    if (byId.exitCode === 0) return;
    if (!/unadvertised object|not our ref|couldn't find remote ref/i.test(byId.stderr))
      throw this.#fault(byId);
    const byName =
      wanted.serverRef === null
        ? null
        : await this.#fetchInto(gitDir, `+${wanted.serverRef}:refs/heads/fetched`, signal);
    if (byName === null)
      throw new AppError(
        'source_ref_not_found',
        `The source does not have the commit ${wanted.commit}, or no longer gives it out. Push it again, or name a branch.`,
      );
    if (byName.exitCode !== 0) throw this.#fault(byName);
    if ((await readFile(join(gitDir, 'refs/heads/fetched'), 'utf8')).trim() !== wanted.commit)
      throw new AppError('source_unreachable', 'The ref moved while it was fetched. Submit the task again.');
  }

  #header(basic: string): Record<string, string> {
    // Only this process, only this origin: never in argv, in the URL or in a file
    return {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${this.#url.origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    };
  }

  async #lsRemote(
    options: readonly string[],
    patterns: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const result = await this.#git.run({
      args: ['ls-remote', ...options, '--end-of-options', this.#url.href, ...patterns],
      gitDir: NO_REPOSITORY,
      env: this.#env,
      config: this.#config,
      maxOutputBytes: this.#git.limits.maxRefBytes,
      timeoutMs: this.#git.limits.remoteTimeoutMs,
      signal,
    });
    if (result.stopped === 'output')
      throw new AppError('source_invalid', 'The source advertises more refs than can be read.');
    if (result.exitCode !== 0) throw this.#fault(result);
    return result.stdout.toString();
  }

  #fetchInto(gitDir: string, refspec: string, signal: AbortSignal): Promise<RunResult> {
    const options = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-auto-maintenance'];
    return this.#git.run({
      args: ['fetch', ...options, '--no-write-fetch-head', '--end-of-options', this.#url.href, refspec],
      gitDir,
      env: this.#env,
      config: this.#config,
      maxOutputBytes: this.#git.limits.maxRefBytes,
      signal,
    });
  }

  #fault(result: RunResult): AppError {
    if (result.stopped === 'timeout')
      return new AppError('source_unreachable', 'The source answers too slowly. Try again later.');
    return remoteFault(result.stderr, (text) =>
      this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
    );
  }
}
