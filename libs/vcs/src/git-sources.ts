import { lchown, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@drydock/domain';
import type {
  ArchiveExtractor,
  AttemptKey,
  BasePin,
  CheckedOut,
  GitSourceRequest,
  LocateArea,
  ProcessOwners,
  Sources,
  ZipSourceRequest,
} from '@drydock/engine';
import { GitHost } from './host/git-host.ts';
import { GIT_LIMITS, type GitLimits } from './host/git-limits.ts';
import { fillFromStore, initBare } from './mirror/bare-repository.ts';
import { asSourceFault } from './mirror/damage.ts';
import { Mirrors } from './mirror/mirrors.ts';
import { withStore } from './mirror/with-store.ts';
import { Connection, type RemoteAccess } from './remote/connection.ts';
import type { ResolvedRef } from './remote/advertised-refs.ts';
import { Remote } from './remote/remote.ts';
import { listTree } from './tree/list-tree.ts';
import { readObjects } from './tree/object-reader.ts';
import { CONFIG_PATHS, readConfigFacts, type BaseFacts } from './workspace/base-facts.ts';
import { makeAgentGitDir } from './workspace/agent-git-dir.ts';
import { fillWorkspace } from './workspace/fill-workspace.ts';
import { importTree } from './workspace/import-tree.ts';
import { defaultSandboxUser, type SandboxUser } from './workspace/sandbox-user.ts';

export interface GitSourcesOptions extends RemoteAccess {
  readonly locate: LocateArea;
  /** On the same file system as the workspaces, so that packs can be linked. */
  readonly mirrorsDirectory: string;
  /** Marks half-made mirrors as this process's. */
  readonly owners: ProcessOwners;
  readonly extractor: ArchiveExtractor;
  /** Default: 10001 when this process is root, else nobody: everything stays with the process's user. */
  readonly sandboxUser?: SandboxUser | null;
  readonly limits?: Partial<GitLimits>;
  readonly gitPath?: string;
}

const emptyOut = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory))
    await rm(join(directory, name), { recursive: true, force: true });
};

const checkedOut = (base: BasePin, baseCommit: string, facts: BaseFacts): CheckedOut => ({
  base,
  baseCommit,
  ...facts,
});

/** One repository that a source was asked for, with what the asker may do there. */
interface Asked {
  readonly request: GitSourceRequest;
  readonly remote: Remote;
  readonly signal: AbortSignal;
}

/**
 * Git repositories and ZIP archives by git plumbing on the host, before anything untrusted ran. Every git process is
 * started by `GitHost` under the host rules.
 */
export class GitSources implements Sources {
  readonly #options: GitSourcesOptions;
  readonly #git: GitHost;
  readonly #mirrors: Mirrors;
  readonly #user: SandboxUser | null;

  constructor(options: GitSourcesOptions) {
    this.#options = options;
    this.#git = new GitHost(options.gitPath ?? 'git', { ...GIT_LIMITS, ...options.limits });
    this.#mirrors = new Mirrors(options.mirrorsDirectory, options.owners);
    this.#user = options.sandboxUser === undefined ? defaultSandboxUser() : options.sandboxUser;
  }

  async checkoutGit(request: GitSourceRequest, signal: AbortSignal): Promise<CheckedOut> {
    const remote = new Remote(new Connection(this.#git, request, this.#options));
    // The mirror is used only after the source accepted this attempt's own credential
    const wanted = await remote.resolve(request.pinned?.commit ?? request.ref, signal);
    const { commit } = wanted;
    const head = request.configFrom === 'default_branch' ? await remote.resolve(null, signal) : wanted;
    const isTrusted = head.commit === commit;
    const asked = { request, remote, signal };
    const { tree, facts } = await this.#withCommit(asked, wanted, async (store) => {
      const { base, work } = await this.#freshAreas(request.key);
      await fillFromStore(store, base, commit);
      const place = { base, work, commit, hasFiles: false, user: this.#user, isTrusted };
      return await fillWorkspace(this.#git, place, signal);
    });
    const pin = { ref: request.pinned === null ? wanted.name : request.pinned.ref, commit, tree };
    return checkedOut(pin, commit, isTrusted ? facts : await this.#configuredBy(asked, head, facts));
  }

  async checkoutZip(request: ZipSourceRequest, signal: AbortSignal): Promise<CheckedOut> {
    const { base, work } = await this.#freshAreas(request.key);
    const { archive, root } = request;
    const extracted = await this.#options.extractor.extract({ archive, directory: work, root }, signal);
    try {
      const commit = await importTree(this.#git, { base, work }, signal);
      const place = { base, work, commit, hasFiles: true, user: this.#user, isTrusted: true };
      const filled = await fillWorkspace(this.#git, place, signal);
      if (request.pinned !== null && request.pinned.tree !== filled.tree)
        throw new AppError(
          'source_invalid',
          'The ZIP no longer unpacks to the files of the first attempt. Submit it again.',
        );
      const result = checkedOut({ ref: null, commit: null, tree: filled.tree }, commit, filled.facts);
      return { ...result, notices: [...extracted.notices, ...result.notices] };
    } catch (error) {
      throw asSourceFault(error);
    }
  }

  async prepareVerify(key: AttemptKey, baseCommit: string): Promise<void> {
    const verifyWork = this.#options.locate(key, 'verify-work');
    await this.#own(verifyWork);
    await makeAgentGitDir(this.#options.locate(key, 'base'), verifyWork, {
      commit: baseCommit,
      user: this.#user,
    });
  }

  /** @throws AppError: a store that is not sound is the source's fault. */
  #withCommit<T>(
    { request, remote, signal }: Asked,
    wanted: ResolvedRef,
    use: (store: string) => Promise<T>,
  ): Promise<T> {
    const mirror = { mirrors: this.#mirrors, key: request, commit: wanted.commit };
    const fetch = (gitDir: string): Promise<void> => remote.fetch(gitDir, wanted, signal);
    return withStore(mirror, { fetch, use }, signal).catch((error: unknown) => {
      throw asSourceFault(error);
    });
  }

  /** What is known of a base that must not say itself how to work on it. */
  async #configuredBy(asked: Asked, head: ResolvedRef, base: BaseFacts): Promise<BaseFacts> {
    const { signal } = asked;
    const config = await this.#withCommit(asked, head, async (gitDir) => {
      const entries = await listTree(this.#git, { gitDir, commit: head.commit, paths: CONFIG_PATHS }, signal);
      const read = (ids: readonly string[]): Promise<Buffer[]> =>
        readObjects({ git: this.#git, gitDir }, ids, signal);
      return readConfigFacts(entries, read, this.#git.limits.maxConfigBytes);
    });
    const hasSetupScript = base.hasSetupScript && config.hasSetupScript;
    return { ...base, configText: config.configText, hasSetupScript };
  }

  /** Both areas empty, `base` a repository, `work` the sandbox's user's own. */
  async #freshAreas(key: AttemptKey): Promise<{ base: string; work: string }> {
    const base = this.#options.locate(key, 'base');
    const work = this.#options.locate(key, 'work');
    for (const area of [base, work]) {
      await mkdir(area, { recursive: true });
      await emptyOut(area);
    }
    await initBare(base);
    await this.#own(work);
    return { base, work };
  }

  async #own(directory: string): Promise<void> {
    if (this.#user !== null) await lchown(directory, this.#user.uid, this.#user.gid);
  }
}
