import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TeamId } from '@drydock/domain';
import type { BranchRequest } from '@drydock/engine';
import { RAW_ATTRIBUTES } from '../host/git-environment.ts';
import { GitBranchPublisher, type GitBranchPublisherOptions } from '../publish/git-branch-publisher.ts';
import type { Origin } from './origin.ts';
import { STRANGERS, TOKEN, Workbench } from './workbench.ts';

export const BRANCH = 'drydock/task_1';

/** As the runner writes patches. */
const PATCH = ['-p', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv'];

/** Made when it is read. */
async function* inPieces(make: () => Buffer): AsyncGenerator<Uint8Array> {
  const bytes = make();
  for (let from = 0; from < bytes.length; from += 1000)
    yield await Promise.resolve(bytes.subarray(from, from + 1000));
}

/** A base commit at the server and a patch of it. */
export interface Change {
  readonly name: string;
  readonly origin: Origin;
  readonly baseCommit: string;
  readonly tree: string;
}

/** Repositories behind a git server with a token, and publishers of patches to them. */
export class PublishBench {
  readonly vcs: Workbench;
  /** Of the stores. */
  readonly directory: string;
  #names = 0;

  private constructor(vcs: Workbench) {
    this.vcs = vcs;
    this.directory = join(vcs.temp, 'publish');
  }

  static async open(
    options: { auth?: { token: string } } = { auth: { token: TOKEN } },
  ): Promise<PublishBench> {
    return new PublishBench(await Workbench.open(options));
  }

  publisher(options: Partial<GitBranchPublisherOptions> = {}): GitBranchPublisher {
    return new GitBranchPublisher({
      directory: this.directory,
      mirrorsDirectory: join(this.vcs.temp, 'mirrors'),
      owners: STRANGERS,
      guardProxyUrl: this.vcs.proxy.url,
      allowedPrivateHosts: new Set([new URL(this.vcs.server.url).host]),
      ...options,
    });
  }

  /** Commits what `base` writes, and makes the change from it to what `change` leaves in the index. */
  change(base: (origin: Origin) => void, change: (origin: Origin) => void): Change {
    const name = `repository-${String(++this.#names)}`;
    const origin = this.vcs.origin(name);
    writeFileSync(join(origin.directory, '.git/info/attributes'), RAW_ATTRIBUTES);
    base(origin);
    origin.git('commit', '--quiet', '--allow-empty', '-m', 'base');
    const baseCommit = origin.git('rev-parse', 'HEAD');
    change(origin);
    return { name, origin, baseCommit, tree: origin.git('write-tree') };
  }

  /** One file with another line. */
  smallChange(): Change {
    return this.change(
      (origin) => origin.write({ 'a.txt': 'one\n', 'b.txt': 'b\n' }).git('add', '.'),
      (origin) => origin.write({ 'a.txt': 'two\n' }).git('add', '.'),
    );
  }

  patch({ origin }: Change, from: string, to: string): AsyncIterable<Uint8Array> {
    return inPieces(() => origin.bytes('diff-tree', ...PATCH, from, to));
  }

  request(change: Change, more: Partial<BranchRequest> = {}): BranchRequest {
    const { baseCommit, tree } = change;
    return {
      teamId: 'team_1' as TeamId,
      url: `${this.vcs.server.url}/${change.name}`,
      token: TOKEN,
      branch: BRANCH,
      expectedTip: null,
      baseCommit,
      tree,
      patch: this.patch(change, baseCommit, tree),
      message: 'Fix it\n\nCloses #1',
      author: { name: 'Drydock', email: 'drydock@example.com' },
      at: new Date(1_700_000_000_000),
      ...more,
    };
  }

  tip({ origin }: Change, branch: string): string | null {
    return origin.git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`) || null;
  }

  /** A hook of the server that refuses pushes to a branch with these words. */
  refuse({ origin }: Change, branch: string, words: string): void {
    const hook = join(origin.directory, '.git/hooks/pre-receive');
    const script = `while read old new ref; do [ "$ref" = 'refs/heads/${branch}' ] && { echo '${words}' >&2; exit 1; }; done; exit 0\n`;
    writeFileSync(hook, `#!/bin/sh\n${script}`);
    chmodSync(hook, 0o755);
  }

  stores(): string[] {
    return existsSync(this.directory) ? readdirSync(this.directory) : [];
  }

  close(): Promise<void> {
    return this.vcs.close();
  }
}
