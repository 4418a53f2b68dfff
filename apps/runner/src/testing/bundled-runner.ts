import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunnerMessage, type RunnerDone, type RunnerJob } from '@drydock/contracts';
import { build } from 'esbuild';

type Of<T extends RunnerMessage['type']> = Extract<RunnerMessage, { type: T }>;

export interface StartOptions {
  readonly job: RunnerJob;
  readonly env?: Record<string, string>;
  readonly forwards?: { port: number; socket: string }[];
  readonly maxLogBytes?: number;
  readonly maxSeconds?: number;
}

/** A live runner: the real bundle in a real process, spoken to by the real protocol. */
export class LiveRunner {
  readonly messages: RunnerMessage[] = [];
  readonly ended: Promise<number | null>;
  /** Output bytes in all. */
  bytes = 0;
  longestLine = 0;
  readonly #child: ChildProcess;
  #pending = '';
  #watchers: (() => void)[] = [];

  constructor(bundle: string, cwd: string) {
    this.#child = spawn(process.execPath, [bundle], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(value: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(value)}\n`);
  }

  start({ job, env = {}, forwards = [], maxLogBytes = 1e6, ...bounds }: StartOptions): void {
    this.send({ v: 1, type: 'start', job, env, forwards, maxLogBytes, ...bounds });
  }

  cancel(graceSeconds: number): void {
    this.send({ v: 1, type: 'cancel', graceSeconds });
  }

  /** The worker dies. */
  hangUp(): void {
    this.#child.stdin?.destroy();
  }

  stopReading(): void {
    this.#child.stdout?.pause();
  }

  readAgain(): void {
    this.#child.stdout?.resume();
  }

  of<T extends RunnerMessage['type']>(type: T): Of<T>[] {
    return this.messages.filter((message): message is Of<T> => message.type === type);
  }

  log(): string {
    return this.of('log')
      .map(({ text }) => text)
      .join('');
  }

  async until(holds: (runner: LiveRunner) => boolean): Promise<void> {
    const isOver = this.ended.then(() => true);
    while (!holds(this)) {
      const next = new Promise<boolean>((resolve) => this.#watchers.push(() => resolve(false)));
      if ((await Promise.race([next, isOver])) && !holds(this)) throw new Error('the runner ended before');
    }
  }

  /** Waits for the end of the process; throws when there is not exactly one `done`, and the last. */
  async done(): Promise<RunnerDone> {
    await this.ended;
    const [done, ...more] = this.of('done');
    if (done === undefined || more.length > 0 || this.messages.at(-1) !== done)
      throw new Error(`not exactly one done: ${JSON.stringify(this.messages.slice(-3))}`);
    return done;
  }

  #take(text: string): void {
    this.bytes += Buffer.byteLength(text);
    const lines = (this.#pending + text).split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) {
      this.longestLine = Math.max(this.longestLine, Buffer.byteLength(line) + 1);
      this.messages.push(RunnerMessage.parse(JSON.parse(line)));
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }
}

export interface RunnerRig {
  /** A folder of its own for a test. */
  folder(): string;
  launch(cwd: string): LiveRunner;
  /** Runs a job to its end. */
  run(cwd: string, options: StartOptions): Promise<{ runner: LiveRunner; done: RunnerDone }>;
  close(): Promise<void>;
}

/** Bundles the runner once for a spec file. */
export const openRunnerRig = async (): Promise<RunnerRig> => {
  // Short: paths of unix sockets end at 107 bytes
  const root = mkdtempSync(join(tmpdir(), 'run-'));
  const bundle = join(root, 'runner.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
  const live: LiveRunner[] = [];
  const launch = (cwd: string): LiveRunner => {
    const runner = new LiveRunner(bundle, cwd);
    live.push(runner);
    return runner;
  };
  return {
    folder: () => mkdtempSync(join(root, 't-')),
    launch,
    run: async (cwd, options) => {
      const runner = launch(cwd);
      runner.start(options);
      return { runner, done: await runner.done() };
    },
    close: async () => {
      for (const runner of live) {
        runner.hangUp();
        await runner.ended;
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
};
