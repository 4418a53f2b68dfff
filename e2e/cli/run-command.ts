import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ROOT } from '@drydock/testing';
import type { System } from '../system/start-system.ts';

export interface Ended {
  readonly code: number | null;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

const GITCONFIG =
  '[user]\n\tname = A Person\n\temail = person@example.com\n[protocol "file"]\n\tallow = always\n';

/** The built command as a person has it: a home of their own, and folders to work in. */
export class Person {
  readonly home: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(home: string, env: Readonly<Record<string, string>>) {
    this.home = home;
    this.#env = env;
  }

  static async of({ url, apiKey }: Pick<System, 'url' | 'apiKey'>): Promise<Person> {
    const home = await mkdtemp(join(tmpdir(), 'drydock-person-'));
    await writeFile(join(home, '.gitconfig'), GITCONFIG);
    return new Person(home, { DRYDOCK_URL: url, DRYDOCK_API_KEY: apiKey });
  }

  /** An empty folder. */
  async folder(name: string): Promise<string> {
    const path = join(this.home, name);
    await mkdir(path, { recursive: true });
    return path;
  }

  start(args: readonly string[], { cwd, env, input }: RunOptions = {}): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli.mjs'), ...args], {
      cwd: cwd ?? this.home,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.home, ...this.#env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input ?? '');
    return child;
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return ended(this.start(args, options));
  }

  /** @throws Error with all that was said, unless it ends with 0. */
  async succeed(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0) throw new Error(`drydock ${args.join(' ')}: exit ${String(code)}\n${stdout}${stderr}`);
    return stdout;
  }

  async json<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
    return JSON.parse(await this.succeed([...args, '--json'], options)) as T;
  }

  /** The same at a terminal: what is written to its input is typed. */
  atTerminal(args: readonly string[], { cwd, env }: RunOptions = {}): ChildProcessWithoutNullStreams {
    const words = [process.execPath, join(ROOT, 'dist', 'cli.mjs'), ...args];
    const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    return spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
      cwd: cwd ?? this.home,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.home,
        TERM: 'xterm',
        SHELL: '/bin/sh',
        ...this.#env,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  leave(): Promise<void> {
    return rm(this.home, { recursive: true, force: true });
  }
}

export const ended = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
  const { stdout, stderr } = child;
  const [bytes, err] = await Promise.all([buffer(stdout), buffer(stderr), once(child, 'close')]);
  return { code: child.exitCode, bytes, stdout: bytes.toString(), stderr: err.toString() };
};
