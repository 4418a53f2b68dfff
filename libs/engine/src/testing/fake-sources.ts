import { AppError } from '@drydock/domain';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { BasePin } from '../ports/task-record.ts';
import type { CheckedOut, GitSourceRequest, Sources, ZipSourceRequest } from '../ports/source.ts';

const TREE = '7e'.repeat(20);
const COMMIT = 'c0'.repeat(20);

const waitFor = (gate: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
    gate.then(resolve, reject);
  });

/** Sources without a host: every checkout gives the same base, unless the test says otherwise. */
export class FakeSources implements Sources {
  readonly gitRequests: GitSourceRequest[] = [];
  readonly zipRequests: ZipSourceRequest[] = [];
  /** What `prepareVerify` was asked for, in order. */
  readonly prepared: { key: AttemptKey; baseCommit: string }[] = [];
  /** Bytes of the last archive. */
  archiveBytes = 0;
  /** What the base is seen to hold; set by tests. */
  facts: Omit<CheckedOut, 'base' | 'baseCommit'> = {
    configText: null,
    agentsMd: null,
    hasSetupScript: false,
    notices: [],
  };
  tree = TREE;
  /** Thrown by the next checkout, once. */
  checkoutError: Error | null = null;
  /** Checkouts wait for it, or for their signal. */
  gate: Promise<void> = Promise.resolve();

  async checkoutGit(request: GitSourceRequest, signal: AbortSignal): Promise<CheckedOut> {
    this.gitRequests.push(request);
    const commit = request.pinned?.commit ?? COMMIT;
    return this.#checkOut(
      { ref: request.pinned?.ref ?? request.ref ?? 'main', commit, tree: this.tree },
      request,
      signal,
    );
  }

  async checkoutZip(request: ZipSourceRequest, signal: AbortSignal): Promise<CheckedOut> {
    this.zipRequests.push(request);
    this.archiveBytes = 0;
    for await (const piece of request.archive) this.archiveBytes += piece.length;
    return this.#checkOut({ ref: null, commit: null, tree: this.tree }, request, signal);
  }

  prepareVerify(key: AttemptKey, baseCommit: string): Promise<void> {
    this.prepared.push({ key, baseCommit });
    return Promise.resolve();
  }

  async #checkOut(
    base: BasePin,
    { pinned }: { pinned: BasePin | null },
    signal: AbortSignal,
  ): Promise<CheckedOut> {
    signal.throwIfAborted();
    await waitFor(this.gate, signal);
    const error = this.checkoutError;
    this.checkoutError = null;
    if (error !== null) throw error;
    if (pinned !== null && pinned.tree !== base.tree)
      throw new AppError('source_invalid', 'The source no longer has the files of the first attempt.');
    return { base, baseCommit: base.commit ?? COMMIT, ...this.facts };
  }
}
