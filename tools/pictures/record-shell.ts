import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { firstBytes, readChunks, type Recording } from './terminal-recording.ts';

/** What is typed, once the terminal shows what is waited for. */
export interface Typed {
  readonly after: string;
  readonly text: string;
}

export interface Shell {
  /** HOME of the shell. */
  readonly home: string;
  /** Where it begins. */
  readonly folder: string;
  /** Folders of programs, before the system's. */
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
  readonly typed: readonly Typed[];
}

/** Ends every prompt: terminals take it as a mark and show nothing. */
export const PROMPT = '\u001b]133;B\u0007';
const RC = String.raw`PS1='\[\e[36m\]\w\[\e[0m\] $ \[\e]133;B\a\]'
unset HISTFILE
`;

const KEY_MS = 45;
/** A person looks before typing. */
const LOOK_MS = 900;
/** For what hangs. */
const ANSWER_MS = 120_000;

const environmentOf = ({ home, path, env }: Shell): Record<string, string> => ({
  HOME: home,
  PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  SHELL: '/bin/sh',
  ...env,
});

/** Everything that the shell has written, and where in it the typing got to. */
class Watched {
  #seen = Buffer.alloc(0);
  #from = 0;

  add(chunk: Buffer): void {
    this.#seen = Buffer.concat([this.#seen, chunk]);
  }

  get length(): number {
    return this.#seen.length;
  }

  /** Waits until something is there that was not there when this was last asked. */
  async until(text: string): Promise<void> {
    const deadline = Date.now() + ANSWER_MS;
    for (;;) {
      const at = this.#seen.indexOf(text, this.#from);
      if (at !== -1) {
        this.#from = at + text.length;
        return;
      }
      if (Date.now() > deadline)
        throw new Error(`The terminal never showed ${JSON.stringify(text)}:\n${this.#seen.toString()}`);
      await delay(20);
    }
  }
}

/** Types into a real shell at a real pseudo terminal, as a person would, and records it with util-linux's `script`. */
export const recordShell = async (shell: Shell): Promise<Recording> => {
  const { home, folder, columns, rows, typed } = shell;
  const [rc, output, timing] = ['bashrc', 'output', 'timing'].map((name) => join(home, `.${name}`)) as [
    string,
    string,
    string,
  ];
  await writeFile(rc, RC);
  const size = `stty cols ${String(columns)} rows ${String(rows)}`;
  const logs = ['--log-out', output, '--log-timing', timing, '--logging-format', 'classic'];
  const command = `${size}; exec bash --noprofile --rcfile '${rc}' -i`;
  const child = spawn('script', ['--quiet', '--flush', ...logs, '--command', command], {
    cwd: folder,
    env: environmentOf(shell),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const watched = new Watched();
  let shownBytes = 0; // all but the end of the shell
  child.stdout.on('data', (chunk: Buffer) => {
    watched.add(chunk);
  });
  try {
    for (const { after, text } of typed) {
      await watched.until(after);
      await delay(LOOK_MS);
      for (const key of text) {
        child.stdin.write(key);
        await delay(KEY_MS);
      }
      child.stdin.write('\r');
    }
    await watched.until(PROMPT);
    shownBytes = watched.length;
  } finally {
    child.stdin.write('exit\r');
    child.stdin.end();
    await ended;
  }
  const chunks = readChunks(await readFile(timing, 'utf8'), await readFile(output));
  return { columns, rows, chunks: firstBytes(chunks, shownBytes) };
};
