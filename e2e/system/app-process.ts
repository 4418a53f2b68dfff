import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import { RECORDING } from './answer-log.ts';
import { answerLog, closeLog, expectDocumented } from './documented.ts';

/** As `npm run start:api` and `start:worker` have them. */
const NODE_FLAGS = { api: [], worker: ['--max-semi-space-size=2'] };
const ALLOCATION = { api: {}, worker: { MALLOC_ARENA_MAX: '1' } };
const MAX_KEPT_OUTPUT = 256 * 1024;

export interface AppOptions {
  /** The file to run instead of the one in `dist`: a build that is broken on purpose. */
  readonly bundle?: string;
  /** All it says is appended to this file. */
  readonly logFile?: string;
  /** More flags for Node. */
  readonly flags?: readonly string[];
}

/** One api or worker as `npm start` runs it: the bundle, in a process of its own. */
export class AppProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  constructor(
    name: 'api' | 'worker',
    env: Readonly<Record<string, string | undefined>>,
    options: AppOptions = {},
  ) {
    this.name = name;
    const { PATH = '', HOME = '/root', DOCKER_HOST } = process.env;
    const base = { PATH, HOME, NODE_ENV: 'test', ...(DOCKER_HOST ? { DOCKER_HOST } : {}) };
    const bundle = options.bundle ?? join(ROOT, 'dist', `${name}.mjs`);
    const answers = name === 'api' ? answerLog() : null;
    const flags = [...NODE_FLAGS[name], ...(options.flags ?? []), ...(answers === null ? [] : RECORDING)];
    this.#child = spawn(process.execPath, [...flags, bundle], {
      env: { ...base, ...ALLOCATION[name], ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(answers === null ? [] : [answers.file])],
    });
    if (answers !== null)
      this.#child.once('exit', () => {
        closeLog(answers);
      });
    this.#exited = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString('utf8')).slice(-MAX_KEPT_OUTPUT);
        if (options.logFile !== undefined) appendFileSync(options.logFile, chunk);
      });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The tail of stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when the process has ended, with the signal that ended it. */
  async ended(): Promise<NodeJS.Signals | null> {
    await this.#exited;
    return this.#child.signalCode;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async killHard(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
  }

  /**
   * SIGTERM, then SIGKILL after the grace.
   * @returns the exit code, null when it had to be killed.
   * @throws Error when an api answered, until then, what its document does not know.
   */
  async stop(graceMs = 60_000): Promise<number | null> {
    if (!this.hasExited) this.signal('SIGTERM');
    const timer = setTimeout(() => {
      this.signal('SIGKILL');
    }, graceMs);
    await this.#exited;
    clearTimeout(timer);
    if (this.name === 'api') expectDocumented();
    return this.#child.exitCode;
  }
}
