import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Screen } from '../../tools/pictures/screen.ts';

/** Whoever is asked this says that. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
}

export interface Pasted {
  readonly code: number | null;
  /** What stands on the terminal in the end. */
  readonly shown: string;
}

/** Of one block; what was seen until then is told. */
const HANGS_MS = 90_000;
const SIZE = { columns: 240, rows: 50 };

/** Somebody who pastes commands into a terminal, one block after the other, with a home of their own. */
export class AtTerminal {
  readonly home: string;
  #folder: string;

  private constructor(home: string, folder: string) {
    this.home = home;
    this.#folder = folder;
  }

  /** @param folder - where it begins. */
  static async in(folder: string): Promise<AtTerminal> {
    return new AtTerminal(await realpath(await mkdtemp(join(tmpdir(), 'drydock-terminal-'))), folder);
  }

  /** Runs commands to their end, in the folder that those before have left it in. */
  async paste(commands: string, answers: readonly Answer[]): Promise<Pasted> {
    const [file, left] = [join(this.home, '.pasted'), join(this.home, '.folder')];
    const size = `stty cols ${String(SIZE.columns)} rows ${String(SIZE.rows)}`;
    await writeFile(file, `${size}\ntrap 'pwd > "${left}"' EXIT\nset -e\n${commands}`);
    const child = spawn(
      'script',
      ['--quiet', '--flush', '--return', '--command', `bash '${file}'`, '/dev/null'],
      {
        cwd: this.#folder,
        env: this.#environment(),
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    const chunks: Buffer[] = [];
    const open = new Set(answers);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const seen = Buffer.concat(chunks).toString();
      for (const each of open) {
        if (!seen.includes(each.question)) continue;
        open.delete(each);
        child.stdin.write(`${each.answer}\n`);
      }
    });
    const hangs = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(hangs);
    this.#folder = (await readFile(left, 'utf8').catch(() => this.#folder)).trim();
    const screen = new Screen(SIZE);
    await screen.write(Buffer.concat(chunks));
    return { code, shown: screen.text() };
  }

  leave(): Promise<void> {
    return rm(this.home, { recursive: true, force: true });
  }

  /** What is installed for all goes into the home too. */
  #environment(): Record<string, string> {
    const prefix = join(this.home, '.npm');
    const path = [join(prefix, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''];
    return {
      HOME: this.home,
      PATH: path.join(':'),
      TERM: 'xterm',
      SHELL: '/bin/sh',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      npm_config_prefix: prefix,
      npm_config_update_notifier: 'false',
    };
  }
}
