import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, isCommitId } from '@drydock/domain';
import type {
  BranchPublisher,
  BranchRequest,
  PreparedBranch,
  ProcessOwners,
  PublishStep,
} from '@drydock/engine';
import { GitHost } from '../host/git-host.ts';
import { GIT_LIMITS, type GitLimits } from '../host/git-limits.ts';
import { fillFromStore, initBare } from '../mirror/bare-repository.ts';
import { asSourceFault } from '../mirror/damage.ts';
import { Mirrors } from '../mirror/mirrors.ts';
import { withStore } from '../mirror/with-store.ts';
import { Connection, type RemoteAccess } from '../remote/connection.ts';
import { checkBranchName, pushCommit } from '../remote/push-commit.ts';
import { asForgeFault } from '../remote/push-fault.ts';
import { Remote } from '../remote/remote.ts';
import { makeCommit, makeTree, PatchNotExact, touchedPaths, type PublishPlace } from './make-commit.ts';
import { PublishStores } from './publish-stores.ts';

export interface GitBranchPublisherOptions extends RemoteAccess {
  /** Of publishers alone; best on the file system of the mirrors, so that packs can be linked. */
  readonly directory: string;
  /** That of `GitSources`: as a rule the base of a task is there. */
  readonly mirrorsDirectory: string;
  /** Marks the stores as this process's. */
  readonly owners: ProcessOwners;
  readonly limits?: Partial<GitLimits>;
  readonly gitPath?: string;
}

type OnStep = (step: PublishStep) => void;

/** One delivery under way. */
interface Work extends PublishPlace {
  readonly request: BranchRequest;
  readonly connection: Connection;
  readonly patchFile: string;
}

const spool = async ({ request, patchFile, signal }: Work): Promise<void> => {
  const file = createWriteStream(patchFile, { flags: 'wx', mode: 0o600 });
  await pipeline(request.patch, file, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError('store_failed', 'The worker could not spool the patch. Is its disk full?', {
      cause: error,
    });
  });
};

const asTreeFault = (error: unknown): unknown =>
  error instanceof PatchNotExact
    ? new AppError(
        'patch_not_exact',
        'The stored patch does not give the tree that was collected. Start the task again.',
        { cause: error },
      )
    : asSourceFault(error);

/**
 * Commits made from patches by git plumbing on the host, in a store of each delivery's own that never saw an agent's
 * directory. Every git process is started by `GitHost` under the host rules.
 */
export class GitBranchPublisher implements BranchPublisher {
  readonly #access: RemoteAccess;
  readonly #git: GitHost;
  readonly #mirrors: Mirrors;
  readonly #stores: PublishStores;

  constructor(options: GitBranchPublisherOptions) {
    this.#access = options;
    this.#git = new GitHost(options.gitPath ?? 'git', { ...GIT_LIMITS, ...options.limits });
    this.#mirrors = new Mirrors(options.mirrorsDirectory, options.owners);
    this.#stores = new PublishStores(options.directory, options.owners);
  }

  async prepare(request: BranchRequest, onStep: OnStep, signal: AbortSignal): Promise<PreparedBranch> {
    signal.throwIfAborted();
    checkBranchName(request.branch);
    if (!isCommitId(request.baseCommit))
      throw new AppError('source_ref_not_found', 'The base is no full commit id.');
    const connection = new Connection(this.#git, request, this.#access);
    const store = await this.#stores.make();
    const gitDir = join(store, 'git');
    const patchFile = join(store, 'patch');
    const work = { request, connection, git: this.#git, gitDir, patchFile, signal };
    try {
      await this.#fillWithTree(work, onStep);
      onStep('tree');
      const commit = await makeCommit(work, request);
      onStep('commit');
      const { branch, expectedTip } = request;
      const place = { gitDir, commit, branch, expectedTip };
      return {
        commit,
        paths: await touchedPaths(work, request),
        push: (pushSignal) => pushCommit(connection, place, pushSignal),
        close: () => this.#stores.remove(store),
      };
    } catch (error) {
      await this.#stores.remove(store);
      throw asForgeFault(error);
    }
  }

  /**
   * Removes what killed processes left behind: at once on this machine, after `olderThanMs` where nobody can tell whether
   * the process lives. @returns How many stores went.
   */
  removeLeftOvers(olderThanMs: number): Promise<number> {
    return this.#stores.removeLeftOvers(olderThanMs);
  }

  /** The base from its mirror, and the patch on it. */
  async #fillWithTree(work: Work, onStep: OnStep): Promise<void> {
    const { connection, gitDir, patchFile, request, signal } = work;
    const remote = new Remote(connection);
    // The mirror is used only after the source accepted this delivery's own credential
    const wanted = await remote.resolve(request.baseCommit, signal);
    await spool(work);
    let isFirst = true;
    const use = async (mirror: string): Promise<void> => {
      await this.#stores.remove(gitDir); // of a first try
      await mkdir(gitDir);
      await initBare(gitDir);
      await fillFromStore(mirror, gitDir, wanted.commit);
      if (isFirst) onStep('fetched');
      isFirst = false;
      await makeTree(work, patchFile, request);
    };
    const fetch = (directory: string): Promise<void> => remote.fetch(directory, wanted, signal);
    const mirror = { mirrors: this.#mirrors, key: request, commit: wanted.commit };
    await withStore(mirror, { fetch, use }, signal).catch((error: unknown) => {
      throw asTreeFault(error);
    });
  }
}
