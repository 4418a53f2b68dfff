import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId, TeamId } from '@drydock/domain';
import type { ArchiveExtractor, AttemptKey, GitSourceRequest, ProcessOwners } from '@drydock/engine';
import { startGitServer, type GitServer } from '@drydock/testing';
import { GitSources, type GitSourcesOptions } from '../git-sources.ts';
import { Origin } from './origin.ts';
import { startStandInProxy, type StandInProxy } from './stand-in-proxy.ts';

export const TOKEN = 'ghp_canary0123456789';

/** Git server, guard proxy, origins and areas for the specs of `GitSources`. */
export class Workbench {
  readonly #server: GitServer;
  readonly #proxy: StandInProxy;
  #attempts = 0;

  private constructor(
    readonly temp: string,
    server: GitServer,
    proxy: StandInProxy,
  ) {
    this.#server = server;
    this.#proxy = proxy;
  }

  static async open(options: { auth?: { token: string } } = {}): Promise<Workbench> {
    const temp = mkdtempSync(join(tmpdir(), 'dd-vcs-'));
    mkdirSync(join(temp, 'origins'));
    const server = await startGitServer({ root: join(temp, 'origins'), ...options });
    const proxy = await startStandInProxy(new Set([new URL(server.url).host]));
    return new Workbench(temp, server, proxy);
  }

  get server(): GitServer {
    return this.#server;
  }

  get proxy(): StandInProxy {
    return this.#proxy;
  }

  origin(name: string): Origin {
    return new Origin(join(this.temp, 'origins', name));
  }

  sources(options: Partial<GitSourcesOptions> = {}): GitSources {
    return new GitSources({
      locate: (key, area) => this.area(key, area ?? ''),
      mirrorsDirectory: join(this.temp, 'mirrors'),
      owners: STRANGERS,
      guardProxyUrl: this.#proxy.url,
      allowedPrivateHosts: new Set([new URL(this.#server.url).host]),
      extractor: NO_ARCHIVES,
      ...options,
    });
  }

  area(key: AttemptKey, area: string): string {
    return join(this.temp, 'attempts', `${key.taskId}-${String(key.attempt)}`, area);
  }

  /** A fresh attempt on one of the origins. */
  request(name: string, more: Partial<GitSourceRequest> = {}): GitSourceRequest {
    const key = this.key();
    const url = `${this.#server.url}/${name}`;
    const anonymous = { ref: null, token: null, pinned: null, configFrom: 'base' as const };
    return { key, teamId: 'team_1' as TeamId, url, ...anonymous, ...more };
  }

  key(): AttemptKey {
    const key = { taskId: 'task_spec' as TaskId, attempt: ++this.#attempts };
    for (const area of ['work', 'base', 'verify-work']) mkdirSync(this.area(key, area), { recursive: true });
    return key;
  }

  /** git as the agent's user would run it in a workspace. */
  inWork(key: AttemptKey, ...args: readonly string[]): string {
    const cwd = this.area(key, 'work');
    const argv = ['-c', 'safe.directory=*', ...args];
    return execFileSync('git', argv, {
      cwd,
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
    }).toString();
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#proxy.close()]);
    rmSync(this.temp, { recursive: true, force: true });
  }
}

/** Nobody knows anybody: only ages tell. */
export const STRANGERS: ProcessOwners = { mark: 'spec', stateOf: () => 'unknown' };

const NO_ARCHIVES: ArchiveExtractor = {
  extract: () => Promise.reject(new Error('this spec has no archives')),
};

export const never = (): AbortSignal => new AbortController().signal;
